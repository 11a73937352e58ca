package dev.kohakku.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The chart and the manifests are two ways to the same. */
class SameObjectsTest {

    /**
     * What only kustomize makes: Helm makes the release's namespace, and knows Postgres' address.
     */
    private static final Set<String> ONLY_KUSTOMIZE =
            Set.of("Namespace kohakku", "Service kohakku-postgres");

    /** Of those who apply, not of what is applied. */
    private static final Set<String> MARKS =
            Set.of(
                    "annotations",
                    "app.kubernetes.io/managed-by",
                    "app.kubernetes.io/name",
                    "app.kubernetes.io/part-of",
                    "helm.sh/chart");

    @Test
    void theChartMakesWhatTheManifestsMake() {
        var manifests = byName(Rendering.PRODUCTION);
        var chart = byName(Rendering.CHART_IN_PRODUCTION);
        manifests.keySet().removeAll(ONLY_KUSTOMIZE);
        assertThat(chart.keySet()).containsExactlyElementsOf(manifests.keySet());
        manifests.forEach((name, object) -> assertThat(chart.get(name)).as(name).isEqualTo(object));
    }

    private static Map<String, Object> byName(Rendering rendering) {
        var applied = new Applied(rendering.objects());
        var named = new TreeMap<String, Object>();
        for (var object : applied.objects()) {
            named.put(
                    withoutHash(
                            "%s %s%s"
                                    .formatted(
                                            object.at("kind").text(),
                                            object.at("metadata", "name").text(),
                                            Applied.namespace(object).endsWith("payloads")
                                                    ? " of payloads"
                                                    : "")),
                    plain(applied, object));
        }
        return named;
    }

    /** Without marks and hashes, each container's environment as what it comes to. */
    private static Object plain(Applied applied, Node value) {
        if (!value.fields().isEmpty()) {
            var fields = new TreeMap<String, Object>();
            value.fields()
                    .forEach((name, field) -> {
                        if (!MARKS.contains(name)) {
                            fields.put(name, plain(applied, field));
                        }
                    });
            if (!value.at("env").isAbsent()) {
                fields.remove("envFrom");
                var environment = new TreeMap<String, Object>();
                applied.environment(value)
                        .forEach((name, of) -> environment.put(name, plain(applied, of)));
                fields.put("env", environment);
            }
            fields.values().removeIf(each -> each.equals(new TreeMap<>()));
            return fields;
        }
        if (!value.each().isEmpty()) {
            List<Object> members = new ArrayList<>();
            value.each().forEach(each -> members.add(plain(applied, each)));
            return members;
        }
        // why: the manifests name the Service that leads there.
        return withoutHash(value.text())
                .replaceFirst("(^|host=)postgres\\.example\\.com", "$1kohakku-postgres");
    }

    private static String withoutHash(String text) {
        return text.replaceFirst("(kohakku-(?:config|pgbouncer))-[a-z0-9]{10}$", "$1");
    }
}
