package dev.kohakku.dispatcher.attempt;

import dev.kohakku.dispatcher.agent.AgentRecords;
import java.time.Duration;

/** Opens the watches over agents. Thread-safe. */
final class AgentWatches {

    private final AgentRecords records;
    private final Duration lookEvery;

    AgentWatches(AgentRecords records, Duration lookEvery) {
        this.records = records;
        this.lookEvery = lookEvery;
    }

    AgentWatch open(RunningAttempt attempt) {
        return new AgentWatch(attempt, records, lookEvery).start();
    }
}
