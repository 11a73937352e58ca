package dev.kohakku.dispatcher.recovery;

import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.dispatcher.attempt.BackendHealths;
import dev.kohakku.dispatcher.attempt.RunningAttempts;
import dev.kohakku.dispatcher.report.DispatcherStatus;
import java.util.List;

/** What this process says of itself, from its attempts and backends. */
record OwnStatus(RunningAttempts attempts, BackendHealths healths) implements DispatcherStatus {

    @Override
    public int capacity() {
        return attempts.capacity();
    }

    @Override
    public int freeSlots() {
        return attempts.free();
    }

    @Override
    public List<AttemptRef> running() {
        return attempts.all().stream().flatMap(attempt -> attempt.ref().stream()).toList();
    }

    @Override
    public List<BackendStatus> backends() {
        return healths.statuses();
    }
}
