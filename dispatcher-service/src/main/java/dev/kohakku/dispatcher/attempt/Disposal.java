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
 * Destroys the container of an attempt that seems to be nobody's, after asking the Controller: a
 * container that another dispatcher has taken over must live. Thread-safe.
 */
public final class Disposal {

    private static final Logger LOG = LoggerFactory.getLogger(Disposal.class);

    /** Only these say that no container of the attempt may run anywhere. */
    private static final Set<URI> OVER =
            Set.of(Problems.ATTEMPT_ENDED, Problems.ATTEMPT_SUPERSEDED, Problems.TASK_UNKNOWN);

    private final Claims claims;

    public Disposal(Claims claims) {
        this.claims = claims;
    }

    /** What became of it. */
    public enum Verdict {
        /** The attempt is over, and its container gone. */
        DESTROYED,
        /** Another dispatcher owns it: left alone. */
        ELSEWHERE,
        /** It is ours after all: the next heartbeat's answer resumes it. */
        OURS,
        /** The Controller did not say: left alone. */
        UNDECIDED
    }

    /**
     * Asks, and destroys what may be destroyed. Idempotent, blocking. An exception of the backend
     * leaves the container for a later call.
     */
    public Verdict settle(AttemptId attempt, ContainerBackend backend) throws InterruptedException {
        try {
            return switch (claims.claimOnce(attempt)) {
                case ClaimAnswer.Granted _ -> Verdict.OURS;
                case ClaimAnswer.Refused(var reason) when OVER.contains(reason) -> {
                    var found = backend.find(attempt);
                    if (found.isPresent()) {
                        LOG.info("destroying the container of attempt {}, which is over", attempt);
                        backend.destroy(found.get());
                    }
                    yield Verdict.DESTROYED;
                }
                case ClaimAnswer.Refused _ -> Verdict.ELSEWHERE;
            };
        } catch (RestClientException undecided) {
            return Verdict.UNDECIDED;
        }
    }
}
