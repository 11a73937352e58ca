package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.wire.Problems;
import dev.kohakku.dispatcher.backend.ContainerBackend;
import dev.kohakku.dispatcher.report.ClaimAnswer;
import dev.kohakku.dispatcher.report.Claims;
import dev.kohakku.dispatcher.report.SteadyTime;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.client.RestClientException;

/**
 * Destroys the container of an attempt that seems to be nobody's, after asking the Controller: a
 * container that another dispatcher has taken over must live. Thread-safe.
 */
public final class Disposal {

    private static final Logger LOG = LoggerFactory.getLogger(Disposal.class);

    /** Only these say that no container of the attempt may run anywhere. */
    private static final Set<URI> OVER =
            Set.of(Problems.ATTEMPT_ENDED, Problems.ATTEMPT_SUPERSEDED);

    private final Claims claims;
    private final Duration unknownGrace;
    private final SteadyTime steady;

    /** Since when the Controller has not known an attempt's task. */
    private final Map<AttemptId, Instant> unknownSince = new ConcurrentHashMap<>();

    /**
     * @param unknownGrace how long the Controller must go on not knowing a task before its
     *     container is destroyed
     */
    public Disposal(Claims claims, Duration unknownGrace, SteadyTime steady) {
        this.claims = claims;
        this.unknownGrace = unknownGrace;
        this.steady = steady;
    }

    /** What became of it. */
    public enum Verdict {
        /** The attempt is over, and its container gone. */
        DESTROYED,
        /** Another dispatcher owns it: left alone. */
        ELSEWHERE,
        /** It is ours after all: the next heartbeat's answer resumes it. */
        OURS,
        /** The Controller did not say, or does not know the task (yet): left alone. */
        UNDECIDED
    }

    /**
     * Asks, and destroys what may be destroyed. Idempotent, blocking. An exception of the backend
     * leaves the container for a later call.
     */
    public Verdict settle(AttemptId attempt, ContainerBackend backend) throws InterruptedException {
        try {
            return switch (claims.claimOnce(attempt)) {
                case ClaimAnswer.Granted _ -> known(attempt, Verdict.OURS);
                case ClaimAnswer.Refused(var reason) -> refused(attempt, reason, backend);
            };
        } catch (RestClientException undecided) {
            return Verdict.UNDECIDED;
        }
    }

    private Verdict refused(AttemptId attempt, URI reason, ContainerBackend backend)
            throws InterruptedException {
        if (reason.equals(Problems.TASK_UNKNOWN)) {
            return unknown(attempt, backend);
        }
        if (OVER.contains(reason)) {
            return destroy(attempt, backend);
        }
        return known(
                attempt,
                reason.equals(Problems.ATTEMPT_PENDING) ? Verdict.UNDECIDED : Verdict.ELSEWHERE);
    }

    /**
     * why not at once: a Controller whose database was emptied or restored from a backup knows no
     * task, and healthy containers must outlive the mistake for as long as somebody may mend it.
     */
    private Verdict unknown(AttemptId attempt, ContainerBackend backend)
            throws InterruptedException {
        var since = unknownSince.computeIfAbsent(attempt, _ -> steady.now());
        var destroyAt = since.plus(unknownGrace);
        if (steady.now().isBefore(destroyAt)) {
            LOG.error(
                    "the Controller does not know the task of attempt {}: was its database emptied or"
                            + " restored? The container is left alone, and destroyed in {} unless the"
                            + " task is known again",
                    attempt,
                    Duration.between(steady.now(), destroyAt));
            return Verdict.UNDECIDED;
        }
        LOG.error("the Controller has not known attempt {} for {}", attempt, unknownGrace);
        return destroy(attempt, backend);
    }

    private Verdict destroy(AttemptId attempt, ContainerBackend backend)
            throws InterruptedException {
        var found = backend.find(attempt);
        if (found.isPresent()) {
            LOG.info("destroying the container of attempt {}, which is over", attempt);
            backend.destroy(found.get());
        }
        return known(attempt, Verdict.DESTROYED);
    }

    private Verdict known(AttemptId attempt, Verdict verdict) {
        unknownSince.remove(attempt);
        return verdict;
    }
}
