package dev.kohakku.controller.image;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.wire.Prefetch;
import dev.kohakku.common.wire.PrefetchOutcome;
import dev.kohakku.common.wire.Problems;
import dev.kohakku.controller.access.Caller;
import dev.kohakku.controller.web.Problem;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Has dispatchers pull images before any attempt needs them. Every method blocks; all but {@link
 * #ask} are safe to repeat.
 */
@Component
public class Prefetches {

    private static final Logger LOG = LoggerFactory.getLogger(Prefetches.class);

    /** How long dispatchers are told of it: longer than the slowest pull with all its tries. */
    static final Duration KEPT_UP = Duration.ofHours(1);

    /** Most of one heartbeat; the dispatcher pulls one after the other. */
    private static final int MOST_AT_ONCE = 10;

    private static final Duration SHOWN_FOR = Duration.ofDays(7);
    private static final int BATCH = 1_000;

    private final PrefetchStore store;
    private final RegistryLogins logins;
    private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();

    Prefetches(PrefetchStore store, RegistryLogins logins) {
        this.store = store;
        this.logins = logins;
    }

    /** What a dispatcher has still to pull. */
    public List<Prefetch> openAt(String dispatcher) {
        return store.openAt(dispatcher, MOST_AT_ONCE).stream()
                .map(wish ->
                        new Prefetch(
                                wish.id(),
                                wish.image(),
                                logins.of(wish.organization(), wish.image()).orElse(null)))
                .toList();
    }

    /** What came of one; the first outcome counts, and one of an unknown request is passed over. */
    public void ended(String dispatcher, PrefetchOutcome outcome) {
        if (store.endIfOpen(dispatcher, outcome)) {
            LOG.info(
                    "prefetch {} at dispatcher '{}': {}",
                    outcome.id(),
                    dispatcher,
                    outcome.result());
        }
    }

    /**
     * Asks the live dispatchers of a pool, or all, to pull an image.
     *
     * @throws dev.kohakku.controller.web.ProblemException 409 where there is none: nobody would
     *     ever pull it
     */
    @Transactional
    public PrefetchView ask(Caller caller, ImageReference image, @Nullable String pool) {
        var id = ids.generate();
        store.insert(id, caller.organization(), image, pool, caller.actor(), KEPT_UP);
        if (store.target(id, pool) == 0) {
            throw Problem.of(
                            Problems.type("no-dispatcher"),
                            HttpStatus.CONFLICT,
                            "No dispatcher",
                            pool == null
                                    ? "No dispatcher is live now; GET /api/v1/dispatchers lists them."
                                    : "No live dispatcher is in the pool '"
                                            + pool
                                            + "'; GET /api/v1/dispatchers lists them.")
                    .exception();
        }
        return get(caller, id);
    }

    PrefetchView get(Caller caller, UUID id) {
        return store.find(caller.organization(), id)
                .map(wish -> PrefetchView.of(wish, store.targetsOf(id)))
                .orElseThrow(() -> unknown(id.toString()).exception());
    }

    static Problem unknown(String id) {
        return Problem.of(
                Problems.type("prefetch-unknown"),
                HttpStatus.NOT_FOUND,
                "No such prefetch",
                "There is no prefetch '" + id + "'; they are kept for seven days.");
    }

    /** Removes a batch of what nobody looks at any more. Returns whether there may be more. */
    boolean removeOld() {
        return store.deleteOlderThan(SHOWN_FOR, BATCH) == BATCH;
    }
}
