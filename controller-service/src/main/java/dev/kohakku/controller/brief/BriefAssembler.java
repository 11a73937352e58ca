package dev.kohakku.controller.brief;

import dev.kohakku.common.blob.BlobStore;
import dev.kohakku.common.brief.Brief;
import dev.kohakku.common.brief.BriefRef;
import dev.kohakku.common.brief.CanonicalJson;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskSpec;
import dev.kohakku.common.telemetry.Metrics;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.List;
import org.springframework.stereotype.Component;

/** Puts briefs together and stores them. Thread-safe. */
@Component
public class BriefAssembler {

    private final List<BriefSource> sources =
            List.of(
                    new BriefSource.Instructions(),
                    new BriefSource.Context(),
                    new BriefSource.Environment());
    private final BlobStore blobs;
    private final DistributionSummary stored;

    public BriefAssembler(BlobStore blobs, MeterRegistry meters) {
        this.blobs = blobs;
        this.stored =
                DistributionSummary.builder(Metrics.BRIEFS).baseUnit("bytes").register(meters);
    }

    /**
     * Assembles the brief of a task and stores it under its hash. Idempotent; blocks on the object
     * store, so never call it within a transaction.
     *
     * @throws IOException when the object store is away: nothing is stored, trying again is right
     * @throws IllegalArgumentException when the spec cannot be written as canonical JSON: trying
     *     again is useless
     */
    public BriefRef store(TaskId task, TaskSpec spec) throws IOException {
        var bytes = assemble(task, spec).bytes();
        // why of these bytes: whoever reads them checks this hash.
        var ref = BriefRef.of(task, CanonicalJson.sha256(bytes));
        blobs.put(ref.key(), bytes, "application/json");
        stored.record(bytes.length);
        return ref;
    }

    Brief assemble(TaskId task, TaskSpec spec) {
        var parts = new BriefParts();
        sources.forEach(source -> source.contribute(spec, parts));
        return parts.of(task, spec);
    }
}
