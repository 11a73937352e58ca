package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.wire.Problems;
import dev.kohakku.dispatcher.backend.ContainerBackend;
import dev.kohakku.dispatcher.report.ClaimAnswer;
import dev.kohakku.dispatcher.report.Claims;
import java.net.URI;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.client.RestClientException;

/**
 * Destroys the container of an attempt that was taken away, after asking the Controller: a
 * container that another dispatcher has taken over must live. Thread-safe.
 */
final class Disposal {

    private static final Logger LOG = LoggerFactory.getLogger(Disposal.class);

    /** Only these say that no container of the attempt may run anywhere. */
    private static final Set<URI> OVER =
            Set.of(Problems.ATTEMPT_ENDED, Problems.ATTEMPT_SUPERSEDED);

    private final Claims claims;

    Disposal(Claims claims) {
        this.claims = claims;
    }

    /** What became of it. */
    enum Verdict {
        /** The attempt is over, and its container gone. */
        DESTROYED,
        /** Another dispatcher owns it: left alone. */
        ELSEWHERE,
        /** It is ours after all: the next heartbeat's answer resumes it. */
        OURS,
        /**
         * The Controller did not say, or does not know the task: left alone. If nobody claims it
         * again, the Controller's leak ledger decides by our inventories.
         */
        UNDECIDED
    }

    /**
     * Asks, and destroys what may be destroyed. Idempotent, blocking. An exception of the backend
     * leaves the container for a later call.
     */
    Verdict settle(AttemptId attempt, ContainerBackend backend) throws InterruptedException {
        try {
            return switch (claims.claimOnce(attempt)) {
                case ClaimAnswer.Granted _ -> Verdict.OURS;
                case ClaimAnswer.Refused(var reason) -> refused(attempt, reason, backend);
            };
        } catch (RestClientException undecided) {
            return Verdict.UNDECIDED;
        }
    }

    private Verdict refused(AttemptId attempt, URI reason, ContainerBackend backend)
            throws InterruptedException {
        if (OVER.contains(reason)) {
            return destroy(attempt, backend);
        }
        if (reason.equals(Problems.TASK_UNKNOWN)) {
            // why not destroyed: a Controller whose database was emptied or restored knows no task.
            LOG.error(
                    "the Controller does not know the task of attempt {}: was its database emptied or"
                            + " restored? The container is left alone",
                    attempt);
            return Verdict.UNDECIDED;
        }
        return reason.equals(Problems.ATTEMPT_PENDING) ? Verdict.UNDECIDED : Verdict.ELSEWHERE;
    }

    private static Verdict destroy(AttemptId attempt, ContainerBackend backend)
            throws InterruptedException {
        var found = backend.find(attempt);
        if (found.isPresent()) {
            LOG.info("destroying the container of attempt {}, which is over", attempt);
            backend.destroy(found.get());
        }
        return Verdict.DESTROYED;
    }
}
