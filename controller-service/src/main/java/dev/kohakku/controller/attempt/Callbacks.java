package dev.kohakku.controller.attempt;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.Callback;
import dev.kohakku.controller.task.Transition;
import dev.kohakku.controller.web.Problem;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Takes in how attempts ended. */
@Component
class Callbacks {

    private final AttemptStore store;
    private final AttemptEnds ends;
    private final FencedWrites fence;

    Callbacks(AttemptStore store, AttemptEnds ends, FencedWrites fence) {
        this.store = store;
        this.ends = ends;
        this.fence = fence;
    }

    /**
     * Takes a terminal report whose signature was right. The same one again is taken as said.
     *
     * @param token what the reporter shows; null for nothing
     * @return why it is refused; empty when it was taken
     */
    @Transactional
    public Optional<Problem> take(@Nullable String token, Callback callback) {
        var attempt = new AttemptId(callback.taskId(), callback.attempt());
        var standing = store.lock(callback.taskId());
        if (standing.isEmpty()) {
            return Optional.of(Problem.taskUnknown(callback.taskId().toString()));
        }
        var recorded = store.recorded(attempt);
        var tokenMatches =
                recorded.isPresent()
                        && CallbackTokens.matches(token, recorded.get().callbackTokenSha256());
        if (tokenMatches && isSaidAlready(recorded.get(), callback)) {
            return Optional.empty();
        }
        // why before the token: a new claim voids the old owner's token, and "somebody else is the
        // owner now" is what that one needs to hear. The signature was right.
        if (!standing.get().isOwnedUnder(callback.attempt(), callback.epoch())) {
            return Optional.of(fence.refuse(attempt, callback.epoch(), standing.get(), "callback"));
        }
        if (!tokenMatches) {
            return Optional.of(
                    AttemptRefusals.unproven(
                            "callback-token-invalid",
                            "Callback token missing or wrong",
                            "Authorization must be 'Bearer <callback token>' of the last claim of this attempt."));
        }
        if (callback.logStream() != null) {
            store.setLogStream(attempt, callback.logStream());
        }
        var decision = ends.end(attempt, callback.epoch(), endOf(callback, standing.get().actor()));
        if (decision == AttemptEnds.Decision.NOT_CURRENT) {
            throw new IllegalStateException(
                    attempt + " was current under our lock and cannot be ended");
        }
        return Optional.empty();
    }

    private static boolean isSaidAlready(AttemptStore.Recorded recorded, Callback callback) {
        return recorded.ended()
                && recorded.epoch().equals(callback.epoch())
                && recorded.state() == stateOf(callback)
                && Objects.equals(recorded.exitCode(), callback.exitCode());
    }

    private static TaskState stateOf(Callback callback) {
        return switch (callback.status()) {
            case COMPLETED -> TaskState.COMPLETED;
            case FAILED -> TaskState.FAILED;
            case TIMED_OUT -> TaskState.TIMED_OUT;
            case CANCELLED -> TaskState.CANCELLED;
        };
    }

    private static AttemptEnd endOf(Callback callback, String actor) {
        return new AttemptEnd(
                stateOf(callback),
                new Transition.Ending(
                        callback.exitCode(),
                        kindOf(callback),
                        messageOf(callback),
                        callback.resultKey(),
                        callback.resultMetadata()),
                actor,
                Map.of("completed_at", callback.completedAt()));
    }

    private static @Nullable FailureKind kindOf(Callback callback) {
        return switch (callback.status()) {
            case COMPLETED, CANCELLED -> null;
            case FAILED ->
                    Objects.requireNonNullElse(callback.failureKind(), FailureKind.EXIT_CODE);
            case TIMED_OUT ->
                    Objects.requireNonNullElse(callback.failureKind(), FailureKind.RUN_TIMEOUT);
        };
    }

    private static @Nullable String messageOf(Callback callback) {
        if (callback.errorMessage() != null) {
            return callback.errorMessage();
        }
        return switch (callback.status()) {
            case COMPLETED, CANCELLED -> null;
            case FAILED ->
                    callback.exitCode() == null
                            ? "The attempt failed"
                            : "The container ended with exit code " + callback.exitCode();
            case TIMED_OUT -> "The attempt was stopped by a timeout";
        };
    }
}
