package dev.kohakku.dispatcher.attempt;

import dev.kohakku.dispatcher.agent.AgentRecords;
import java.time.Clock;
import java.time.Duration;

/** Opens the watches over agents. Thread-safe. */
final class AgentWatches {

    private final AgentRecords records;
    private final Duration lookEvery;
    private final Clock clock;

    AgentWatches(AgentRecords records, Duration lookEvery, Clock clock) {
        this.records = records;
        this.lookEvery = lookEvery;
        this.clock = clock;
    }

    AgentWatch open(RunningAttempt attempt) {
        return new AgentWatch(attempt, records, lookEvery, clock).start();
    }
}
