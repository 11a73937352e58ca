package dev.kohakku.dispatcher.recovery;

import dev.kohakku.common.wire.Prefetch;
import dev.kohakku.common.wire.PrefetchOutcome.Result;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ImagePuller;
import dev.kohakku.dispatcher.backend.WantedImage;
import dev.kohakku.dispatcher.image.PullGate;
import dev.kohakku.dispatcher.image.PullStep;
import dev.kohakku.dispatcher.report.PrefetchReports;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pulls images before any attempt needs them, through the gate like every pull, and one at a time:
 * attempts that wait for theirs come first. Thread-safe.
 */
final class Prefetcher {

    private static final Logger LOG = LoggerFactory.getLogger(Prefetcher.class);

    private final PullGate gate;
    private final List<ImagePuller> engines;
    private final PrefetchReports reports;
    private final Set<UUID> going = ConcurrentHashMap.newKeySet();
    private final Semaphore turn = new Semaphore(1, true);

    /** Pulls to each of these engines. */
    Prefetcher(PullGate gate, List<ImagePuller> engines, PrefetchReports reports) {
        this.gate = gate;
        this.engines = engines;
        this.reports = reports;
    }

    /** Begins with those it is not at yet. Idempotent; returns at once. */
    void begin(List<Prefetch> wanted) {
        for (var each : wanted) {
            if (going.add(each.id())) {
                Thread.ofVirtual().name("prefetch-" + each.image()).start(() -> prefetch(each));
            }
        }
    }

    private void prefetch(Prefetch wanted) {
        try {
            turn.acquire();
            try {
                var result = pull(new WantedImage(wanted.image(), wanted.registryLogin()));
                reports.tell(wanted.id(), result, null);
            } catch (BackendException failed) {
                reports.tell(wanted.id(), Result.FAILED, failed.getMessage());
            } finally {
                turn.release();
            }
        } catch (InterruptedException leaving) {
            LOG.info("the prefetch of {} is left undone", wanted.image());
        } catch (RuntimeException defect) {
            LOG.error("the prefetch of {} failed", wanted.image(), defect);
        } finally {
            // why also where it was not heard: the next heartbeat asks again, and is told then.
            going.remove(wanted.id());
        }
    }

    private Result pull(WantedImage image) throws InterruptedException {
        var result = Result.UNSUPPORTED;
        for (var engine : engines) {
            var steps = new Steps();
            gate.ensure(engine, image, steps::saw);
            result = steps.pulled || result == Result.PULLED ? Result.PULLED : Result.PRESENT;
        }
        return result;
    }

    /** Whether anything was pulled. */
    private static final class Steps {

        private boolean pulled;

        private void saw(PullStep step) {
            pulled |= step instanceof PullStep.Pulled;
        }
    }
}
