package dev.kohakku.controller.brief;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.blob.InMemoryBlobStore;
import dev.kohakku.common.brief.CanonicalJson;
import dev.kohakku.common.task.CompletionMode;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.Resources;
import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskSpec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BriefAssemblerTest {

    private final TaskId task = TaskId.parse("01890000-0000-7000-8000-000000000001");
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();
    private final BriefAssembler assembler = new BriefAssembler(blobs, new SimpleMeterRegistry());

    @Test
    void theBytesInTheStoreHashToTheirName() throws IOException {
        var ref = assembler.store(task, spec(context("a", "b")));

        assertThat(ref.key().value()).isEqualTo("briefs/" + task + "/" + ref.sha256() + ".json");
        assertThat(CanonicalJson.sha256(stored())).isEqualTo(ref.sha256());
    }

    @Test
    void theSameSpecMakesTheSameBytesWhateverItsOrder() throws IOException {
        var one = assembler.store(task, spec(context("a", "b")));
        var other = assembler.store(task, spec(context("b", "a")));

        assertThat(one).isEqualTo(other);
        assertThat(blobs.list("briefs/")).hasSize(1);
    }

    @Test
    void itNamesTheEnvironmentAndHoldsNoneOfItsValues() throws IOException {
        assembler.store(task, spec(context("a", "b")));

        assertThat(new String(stored(), StandardCharsets.UTF_8))
                .contains("\"environment\":[\"MODE\",\"TOKEN\"]", "do it")
                .doesNotContain("confidential");
    }

    private byte[] stored() throws IOException {
        try (var content = blobs.open(blobs.list("briefs/").getFirst()).orElseThrow()) {
            return content.readAllBytes();
        }
    }

    private static Map<String, Object> context(String... names) {
        var context = new LinkedHashMap<String, Object>();
        for (var name : names) {
            context.put(name, null);
        }
        return context;
    }

    private static TaskSpec spec(Map<String, Object> context) {
        return new TaskSpec(
                "n",
                ImageReference.parse("busybox"),
                List.of("true"),
                "do it",
                context,
                List.of(),
                List.of(),
                List.of("TOKEN"),
                Map.of("MODE", "confidential"),
                Resources.UNLIMITED,
                List.of(),
                new RuntimeTarget(RuntimeType.LOCAL, null),
                new TaskSpec.Timeouts(Duration.ofHours(1), null, Duration.ofMinutes(5), null),
                1,
                5,
                Map.of(),
                CompletionMode.EXIT_CODE,
                null);
    }
}
