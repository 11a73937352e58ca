package dev.kohakku.common.brief;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.wire.WireJson;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BriefTest {

    private static final TaskId TASK = TaskId.parse("018f0000-0000-7000-8000-000000000001");

    private static Brief brief(Map<String, Object> context) {
        return new Brief(
                Brief.SCHEMA_VERSION,
                TASK,
                "summarise",
                ImageReference.parse("busybox:latest"),
                List.of("sh", "-c", "true"),
                "Read and say.",
                context,
                List.of(new Brief.Skill("reading", new BlobKey("skills/reading/x.zip"), "ab")),
                Map.of("tone", "calm"),
                List.of("TOKEN", "LANG", "TOKEN"));
    }

    @Test
    void itsBytesAreCanonicalAndHashToItsName() {
        var brief = brief(Map.of("b", 1.0, "a", "ü"));

        assertThat(new String(brief.bytes(), UTF_8))
                .isEqualTo(
                        "{\"command\":[\"sh\",\"-c\",\"true\"],\"configs\":{\"tone\":\"calm\"},"
                                + "\"context\":{\"a\":\"ü\",\"b\":1},\"environment\":[\"LANG\",\"TOKEN\"],"
                                + "\"image\":\"busybox:latest\",\"instructions\":\"Read and say.\","
                                + "\"name\":\"summarise\",\"schema_version\":1,\"skills\":[{\"key\":"
                                + "\"skills/reading/x.zip\",\"sha256\":\"ab\",\"slug\":\"reading\"}],"
                                + "\"task_id\":\"018f0000-0000-7000-8000-000000000001\"}");
        assertThat(brief.ref().sha256()).isEqualTo(CanonicalJson.sha256(brief.bytes()));
        assertThat(brief.ref().key())
                .hasToString("briefs/" + TASK + "/" + brief.sha256() + ".json");
    }

    @Test
    void theOrderOfMembersDoesNotChangeTheHash() {
        var one = new LinkedHashMap<String, Object>();
        one.put("a", 1);
        one.put("b", 2);
        var other = new LinkedHashMap<String, Object>();
        other.put("b", 2);
        other.put("a", 1);

        assertThat(brief(one).sha256()).isEqualTo(brief(other).sha256());
        assertThat(brief(one).sha256()).isNotEqualTo(brief(Map.of("a", 1)).sha256());
    }

    @Test
    void nothingInTheContextIsKeptAsNothing() {
        var context = new HashMap<String, Object>();
        context.put("none", null);

        assertThat(new String(brief(context).bytes(), UTF_8))
                .contains("\"context\":{\"none\":null}");
    }

    @Test
    void aStoredBriefIsReadBack() {
        var brief = brief(Map.of("a", List.of("b")));

        assertThat(WireJson.mapper().readValue(brief.bytes(), Brief.class)).isEqualTo(brief);
    }
}
