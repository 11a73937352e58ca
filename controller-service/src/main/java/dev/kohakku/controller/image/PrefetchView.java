package dev.kohakku.controller.image;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A prefetch as clients see it.
 *
 * @param pool whose dispatchers were asked; null for those of every pool
 * @param done whether every dispatcher has said what came of it, or it is too old
 * @param dispatchers those that were live when it was asked for
 */
record PrefetchView(
        UUID id,
        String image,
        @Nullable String pool,
        Instant requestedAt,
        String requestedBy,
        Instant expiresAt,
        boolean done,
        List<At> dispatchers) {

    /**
     * What came of it at a dispatcher.
     *
     * @param state pending, expired (nothing was heard in time), pulled, present, failed or
     *     unsupported
     * @param message the engine's own words where it failed
     */
    record At(
            String dispatcher, String state, @Nullable String message, @Nullable Instant endedAt) {}

    static PrefetchView of(PrefetchStore.Wish wish, List<PrefetchStore.Target> targets) {
        return new PrefetchView(
                wish.id(),
                wish.image().toString(),
                wish.pool(),
                wish.requestedAt(),
                wish.requestedBy(),
                wish.expiresAt(),
                wish.expired() || targets.stream().allMatch(target -> target.result() != null),
                targets.stream().map(target -> at(target, wish.expired())).toList());
    }

    private static At at(PrefetchStore.Target target, boolean expired) {
        var result = target.result();
        var pending = expired ? "expired" : "pending";
        return new At(
                target.dispatcher(),
                result == null ? pending : result.name().toLowerCase(Locale.ROOT),
                target.message(),
                target.endedAt());
    }
}
