package dev.kohakku.controller.attempt;

import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.Claimed;
import dev.kohakku.controller.image.RegistryLogins;
import java.util.Map;
import java.util.Objects;
import org.springframework.stereotype.Component;

/** Puts together what the owner of an attempt needs. In the caller's transaction. */
@Component
class Grants {

    private final AttemptStore store;
    private final CallbackTokens tokens;
    private final RegistryLogins logins;

    Grants(AttemptStore store, CallbackTokens tokens, RegistryLogins logins) {
        this.store = store;
        this.tokens = tokens;
        this.logins = logins;
    }

    /** With a new token, which voids the one before. */
    Claimed to(Standing standing, Epoch epoch, TaskState state) {
        var token = tokens.create();
        store.grant(standing.attempt(), CallbackTokens.sha256(token));
        var times = store.claimTimes(standing.task());
        return new Claimed(
                epoch,
                state,
                standing.spec(),
                Objects.requireNonNull(standing.brief(), "a task is not QUEUED without a brief"),
                Map.of(),
                logins.of(standing.task(), standing.spec().image()).orElse(null),
                token,
                times.claimedAt(),
                times.now(),
                times.startAskedAt(),
                times.traceparent());
    }
}
