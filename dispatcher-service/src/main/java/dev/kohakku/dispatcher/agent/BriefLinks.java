package dev.kohakku.dispatcher.agent;

import dev.kohakku.common.blob.BlobStore;
import dev.kohakku.common.brief.BriefRef;
import dev.kohakku.common.task.AttemptId;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Short-lived links to briefs that work without a key: straight to the object store where
 * containers reach it, else through a dispatcher. Making one needs no I/O. Thread-safe.
 */
public final class BriefLinks {

    private final KeyedHash hash;
    private final BlobStore blobs;
    private final Duration validity;
    private final Clock clock;

    /**
     * @param signingKey {@code CALLBACK_SIGNING_KEY}
     */
    public BriefLinks(String signingKey, BlobStore blobs, Duration validity, Clock clock) {
        this.hash = new KeyedHash(signingKey);
        this.blobs = blobs;
        this.validity = validity;
        this.clock = clock;
    }

    /**
     * A link to the brief of an attempt.
     *
     * @param dispatcher the dispatcher's address as the container sees it
     */
    public URI link(AttemptId attempt, BriefRef brief, String dispatcher) {
        return blobs.publicLink(brief.key(), validity)
                .orElseGet(() -> throughDispatcher(attempt, dispatcher));
    }

    private URI throughDispatcher(AttemptId attempt, String dispatcher) {
        var expires = clock.instant().plus(validity).getEpochSecond();
        return URI.create(
                "%s/agent/brief?task=%s&attempt=%d&expires=%d&signature=%s"
                        .formatted(
                                dispatcher,
                                attempt.task(),
                                attempt.number(),
                                expires,
                                hash.of(said(attempt, expires))));
    }

    /** How a link's signature stands. */
    enum Verdict {
        GOOD,
        EXPIRED,
        WRONG
    }

    Verdict judge(AttemptId attempt, long expires, String signature) {
        if (!hash.matches(said(attempt, expires), signature)) {
            return Verdict.WRONG;
        }
        return clock.instant().isBefore(Instant.ofEpochSecond(expires))
                ? Verdict.GOOD
                : Verdict.EXPIRED;
    }

    private static String said(AttemptId attempt, long expires) {
        return "brief-link:" + attempt + ":" + expires;
    }
}
