package dev.kohakku.controller.dispatch;

import dev.kohakku.common.brief.BriefRef;
import dev.kohakku.controller.brief.BriefAssembler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Stores the briefs of a batch, several at once. One that cannot be stored does not hold the
 * others.
 */
@Component
class BriefStorage {

    private static final Logger LOG = LoggerFactory.getLogger(BriefStorage.class);

    private final OutboxStore outbox;
    private final BriefAssembler briefs;
    private final DispatchProperties properties;

    BriefStorage(OutboxStore outbox, BriefAssembler briefs, DispatchProperties properties) {
        this.outbox = outbox;
        this.briefs = briefs;
        this.properties = properties;
    }

    /** What has become of a brief. */
    sealed interface Result {

        /** It is in the object store. */
        record Stored(BriefRef ref) implements Result {}

        /** It is not, but may be the next time. */
        record Delayed(String reason) implements Result {}

        /** It never will be. */
        record Impossible(String reason) implements Result {}
    }

    /** The result of each, in the order given. Blocks on the object store. */
    Map<Taken, Result> store(List<Taken> batch) throws InterruptedException {
        var results = new LinkedHashMap<Taken, Result>();
        if (batch.size() == 1) {
            results.put(batch.getFirst(), store(batch.getFirst()));
            return results;
        }
        try (var pool =
                Executors.newFixedThreadPool(
                        properties.storesAtOnce(), Thread.ofVirtual().factory())) {
            var tasks = new ArrayList<Callable<Result>>();
            batch.forEach(taken -> tasks.add(() -> store(taken)));
            var futures = pool.invokeAll(tasks);
            for (var i = 0; i < batch.size(); i++) {
                results.put(batch.get(i), futures.get(i).get());
            }
            return results;
        } catch (ExecutionException defect) {
            throw new IllegalStateException(defect.getCause());
        }
    }

    private Result store(Taken taken) {
        var known = taken.task().brief();
        if (known != null) {
            return new Result.Stored(known);
        }
        var task = taken.attempt().task();
        try {
            // why read here: no more specs are in memory than briefs are stored at once.
            return new Result.Stored(briefs.store(task, outbox.specOf(task)));
        } catch (IOException away) {
            return new Result.Delayed(WaitingReasons.STORE_AWAY + ": " + wordsOf(away));
        } catch (IllegalArgumentException malformed) {
            return new Result.Impossible("The brief cannot be written: " + wordsOf(malformed));
        } catch (RuntimeException defect) {
            LOG.warn("the brief of task {} cannot be stored now", task, defect);
            return new Result.Delayed(WaitingReasons.STORE_AWAY + ": " + defect);
        }
    }

    private static String wordsOf(Exception failed) {
        return failed.getMessage() == null ? failed.toString() : failed.getMessage();
    }
}
