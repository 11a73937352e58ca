package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerLogs;

/** Where no log group is set, no output is kept. */
final class NoLogs implements ContainerLogs {

    @Override
    public boolean read(ContainerHandle handle, Lines lines) {
        throw BackendException.refused(
                FailureKind.BACKEND_ERROR,
                "logs: no output is kept, because kohakku.ecs.logs.group is empty",
                null);
    }
}
