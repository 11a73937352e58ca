package dev.kohakku.dispatcher.backend.mock;

import dev.kohakku.common.log.LogStream;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.ExitResult;
import dev.kohakku.dispatcher.backend.StopProgress;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link RemoteMockBackend} and its {@link MockEngineServer} say to each other. */
final class MockEngineWire {

    private MockEngineWire() {}

    /**
     * How far a start has come. With a {@code question} the engine waits for the permit.
     *
     * @param question what the answer to it names; null at the end
     * @param failed why it did not start; null where it did
     */
    record StartReply(@Nullable String question, boolean forbidden, @Nullable Failure failed) {

        static StartReply asking(String question) {
            return new StartReply(question, false, null);
        }
    }

    /** A {@code BackendException}. */
    record Failure(FailureKind kind, boolean unknown, String message) {}

    /** Whether the payload may run. */
    record Permit(String question, boolean granted) {}

    /**
     * A {@code ContainerStatus}.
     *
     * @param startedAt null before the start and where it is missing
     * @param result null before the end
     */
    record Status(boolean missing, @Nullable Instant startedAt, @Nullable ExitResult result) {

        static Status of(ContainerStatus status) {
            return switch (status) {
                case ContainerStatus.Missing _ -> new Status(true, null, null);
                case ContainerStatus.Created _ -> new Status(false, null, null);
                case ContainerStatus.Running(var at) -> new Status(false, at, null);
                case ContainerStatus.Failed failed ->
                        throw new IllegalStateException("the mock has no such end: " + failed);
                case ContainerStatus.Exited(var at, var result) -> new Status(false, at, result);
            };
        }

        ContainerStatus status() {
            if (missing) {
                return new ContainerStatus.Missing();
            }
            if (startedAt == null) {
                return new ContainerStatus.Created();
            }
            return result == null
                    ? new ContainerStatus.Running(startedAt)
                    : new ContainerStatus.Exited(startedAt, result);
        }
    }

    /** What is asked about one attempt's container. */
    record Question(AttemptId attempt, long graceMillis) {}

    /** The steps a stop took. */
    record Steps(List<StopProgress.Step> steps) {}

    /** Attempts that have a container. */
    record Found(List<AttemptId> attempts) {}

    /** A whole output. */
    record Output(boolean complete, List<Line> lines) {}

    /** A line of it. */
    record Line(LogStream stream, Instant at, String text) {}

    /** What the engine says of itself. */
    record Engine(String scope, boolean healthy, @Nullable String reason) {}
}
