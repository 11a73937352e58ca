package dev.kohakku.e2e.kubernetes;

import static dev.kohakku.e2e.kubernetes.Applied.called;
import static dev.kohakku.e2e.kubernetes.Applied.containers;
import static dev.kohakku.e2e.kubernetes.Applied.namespace;
import static dev.kohakku.e2e.kubernetes.Applied.pod;
import static dev.kohakku.e2e.kubernetes.Applied.ports;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What must be true of the objects, however they are rendered. */
@ParameterizedClass
@EnumSource
class ManifestsTest {

    private static final Set<String> SCALERS = Set.of("HorizontalPodAutoscaler", "ScaledObject");

    /** Its end says how it was. */
    private static final String NOT_ASKED = "migrate";

    private final Applied applied;

    ManifestsTest(Rendering rendering) {
        applied = new Applied(rendering.objects());
    }

    @Test
    void everyObjectIsOneThatTheApiTakes() {
        var schemas = new Schemas();
        for (var object : applied.objects()) {
            assertThat(schemas.faults(object)).as(called(object)).isEmpty();
        }
    }

    @Test
    void noNameIsTakenTwice() {
        assertThat(applied.objects().stream().map(each -> called(each) + namespace(each)))
                .doesNotHaveDuplicates();
    }

    /** The Pod Security Standard "restricted", and a root file system that cannot be written. */
    @Test
    void podsAreRestricted() {
        for (var workload : applied.workloads()) {
            var security = pod(workload).at("securityContext");
            assertThat(security.at("runAsNonRoot").text()).as(called(workload)).isEqualTo("true");
            assertThat(security.at("seccompProfile", "type").text()).isEqualTo("RuntimeDefault");
            assertThat(pod(workload).at("volumes").each())
                    .as(called(workload))
                    .allMatch(volume -> volume.at("hostPath").isAbsent());
            for (var container : containers(workload)) {
                var of = container.at("securityContext");
                assertThat(of.at("allowPrivilegeEscalation").text()).isEqualTo("false");
                assertThat(of.at("readOnlyRootFilesystem").text()).isEqualTo("true");
                assertThat(of.at("capabilities", "drop").text()).isEqualTo("[ALL]");
            }
        }
    }

    @Test
    void onlyDispatchersMayAskTheApiServer() {
        for (var workload : applied.workloads()) {
            var pod = pod(workload);
            var asks = !pod.at("serviceAccountName").isAbsent();
            assertThat(asks).isEqualTo(called(workload).equals("StatefulSet kohakku-dispatcher"));
            assertThat(pod.at("automountServiceAccountToken").text())
                    .as(called(workload))
                    .isEqualTo(asks ? "" : "false");
        }
    }

    /** A Service called kohakku-x would be read as the setting kohakku.x.port. */
    @Test
    void noServiceBecomesASetting() {
        assertThat(applied.workloads())
                .allMatch(each -> pod(each).at("enableServiceLinks").text().equals("false"));
    }

    @Test
    void containersSayWhatTheyNeedAndAreAskedHowTheyAre() {
        for (var workload : applied.workloads()) {
            for (var container : containers(workload)) {
                var name = container.at("name").text();
                var resources = container.at("resources");
                assertThat(resources.at("requests").fields())
                        .as(name)
                        .containsKeys("cpu", "memory");
                assertThat(resources.at("limits").fields()).as(name).containsKeys("cpu", "memory");
                if (!name.equals(NOT_ASKED)) {
                    assertThat(container.fields())
                            .as(name)
                            .containsKeys("startupProbe", "livenessProbe", "readinessProbe");
                }
                assertThat(container.at("image").text()).matches(".+(:(?!latest).+|@sha256:.+)");
            }
        }
    }

    @Test
    void theServicesAreGivenOnlySettingsThatAreDocumented() throws IOException {
        var documented = documentedVariables();
        documentedSecrets().forEach(each -> documented.add(each.replaceFirst(".*/", "")));
        for (var workload : applied.workloads()) {
            for (var container : containers(workload)) {
                if (container.at("image").text().contains("kohakku/")) {
                    assertThat(applied.environment(container).keySet())
                            .as(called(workload))
                            .isSubsetOf(documented);
                }
            }
        }
    }

    @Test
    void everySecretIsDocumented() throws IOException {
        var documented = documentedSecrets();
        for (var workload : applied.workloads()) {
            assertThat(Applied.secrets(workload)).as(called(workload)).isSubsetOf(documented);
        }
        applied.of("TriggerAuthentication")
                .flatMap(each -> each.at("spec", "secretTargetRef").each().stream())
                .forEach(each ->
                        assertThat(each.at("name").text() + "/" + each.at("key").text())
                                .isIn(documented));
        assertThat(applied.of("Secret")).as("a Secret in the repository").isEmpty();
    }

    /**
     * Each service has only what it needs: a dispatcher that is taken over opens no sealed secret.
     */
    @Test
    void noServiceHasASecretOfAnother() {
        var forbidden =
                Map.of(
                        "StatefulSet kohakku-dispatcher",
                        List.of("kohakku-postgres/", "kohakku-controller/", "kohakku-workflow/"),
                        "Deployment kohakku-workflow-worker",
                        List.of(
                                "kohakku-postgres/",
                                "kohakku-controller/",
                                "kohakku-trust/",
                                "kohakku-redis/",
                                "kohakku-objects/"));
        for (var workload : applied.workloads()) {
            for (var of : forbidden.getOrDefault(called(workload), List.of())) {
                assertThat(Applied.secrets(workload)).noneMatch(each -> each.startsWith(of));
            }
        }
    }

    @Test
    void servicesAndMonitorsFindPodsAndTheirPorts() {
        applied.of("Service")
                .filter(each -> each.at("spec", "externalName").isAbsent())
                .forEach(service -> {
                    var pods = applied.labelled(namespace(service), service.at("spec", "selector"));
                    assertThat(pods).as(called(service)).hasSize(1);
                    assertThat(service.at("spec", "ports").each())
                            .allMatch(port ->
                                    ports(pods.getFirst()).contains(port.at("targetPort").text()));
                });
        applied.of("PodMonitor")
                .forEach(each ->
                        assertThat(applied.selected(namespace(each), each.at("spec", "selector")))
                                .isNotEmpty());
    }

    @Test
    void whatHasReplicasIsDisturbedOneAtATime() {
        for (var workload : applied.workloads()) {
            var several = workload.at("spec", "replicas").text();
            if (several.matches("[2-9]")) {
                var budgets =
                        applied.of("PodDisruptionBudget")
                                .filter(each ->
                                        applied.selected(
                                                        namespace(each),
                                                        each.at("spec", "selector"))
                                                .equals(List.of(workload)))
                                .toList();
                assertThat(budgets).as(called(workload)).hasSize(1);
                assertThat(budgets.getFirst().at("spec", "maxUnavailable").text()).isEqualTo("1");
                assertThat(pod(workload).at("topologySpreadConstraints").each())
                        .as(called(workload))
                        .isNotEmpty();
            }
        }
    }

    @Test
    void aRollTakesNoControllerBeforeAnotherIsReady() {
        var rolls =
                applied.workloads().stream()
                        .filter(each ->
                                called(each).matches("Deployment kohakku-(controller|worker-.*)"))
                        .toList();
        assertThat(rolls).hasSize(4);
        for (var roll : rolls) {
            assertThat(roll.at("spec", "strategy", "rollingUpdate", "maxUnavailable").text())
                    .as(called(roll))
                    .isEqualTo("0");
        }
    }

    @Test
    void scalersHaveATargetThatLeavesTheNumberToThem() {
        var scaled = new HashSet<String>();
        for (var scaler : applied.objects()) {
            if (SCALERS.contains(scaler.at("kind").text())) {
                var target = scaler.at("spec", "scaleTargetRef");
                scaled.add(target.at("kind").text() + " " + target.at("name").text());
            }
        }
        assertThat(applied.workloads().stream().map(Applied::called)).containsAll(scaled);
        for (var workload : applied.workloads()) {
            assertThat(workload.at("spec", "replicas").isAbsent())
                    .as(called(workload))
                    .isEqualTo(
                            scaled.contains(called(workload))
                                    || !workload.at("spec", "backoffLimit").isAbsent()
                                    || isEngine(workload));
        }
    }

    private static boolean isEngine(Node workload) {
        return called(workload).matches("Deployment kohakku-(postgres|redis|objects|temporal)");
    }

    @Test
    void policiesLetInOnlyWhereSomebodyListensAndDenyTheRest() {
        for (var namespace : List.of(Rendering.NAMESPACE, "kohakku-payloads")) {
            assertThat(applied.of("NetworkPolicy"))
                    .as("everything in %s is denied unless a policy allows it", namespace)
                    .anyMatch(each ->
                            namespace(each).equals(namespace)
                                    && each.at("spec", "podSelector").fields().isEmpty()
                                    && each.at("spec", "ingress").isAbsent()
                                    && each.at("spec", "egress").isAbsent()
                                    && each.at("spec", "policyTypes").each().size() == 2);
        }
        applied.of("NetworkPolicy")
                .filter(each -> !each.at("spec", "ingress").isAbsent())
                .forEach(policy -> {
                    var listening = new HashSet<String>();
                    applied.selected(namespace(policy), policy.at("spec", "podSelector"))
                            .forEach(each -> listening.addAll(ports(each)));
                    for (var rule : policy.at("spec", "ingress").each()) {
                        assertThat(rule.at("from").each()).as(called(policy)).isNotEmpty();
                        assertThat(rule.at("ports").each().stream().map(p -> p.at("port").text()))
                                .as(called(policy))
                                .isNotEmpty()
                                .isSubsetOf(listening);
                    }
                });
    }

    /** One address is enough for a container, and beyond names nothing else may be asked. */
    @Test
    void payloadsReachTheDispatchersAndNothingElse() {
        var allowed =
                applied.of("NetworkPolicy")
                        .filter(each -> namespace(each).equals("kohakku-payloads"))
                        .flatMap(each -> each.at("spec", "egress").each().stream())
                        .flatMap(each -> each.at("ports").each().stream())
                        .map(each -> each.at("port").text());
        assertThat(allowed).containsOnly("53", "8080");
    }

    /** Names in the first column, and the ones that Spring derives from the properties. */
    private static Set<String> documentedVariables() throws IOException {
        var page = Files.readString(Path.of("../docs/configuration.md"));
        var names = new HashSet<String>();
        for (var line : page.split("\n", -1)) {
            var columns = line.split(" \\| ", -1);
            var words = Pattern.compile("`([^`]+)`").matcher(columns[0]);
            while (words.find()) {
                names.add(words.group(1));
            }
            if (columns.length > 1) {
                addVariables(columns[1], names);
            }
        }
        return names;
    }

    private static Set<String> documentedSecrets() throws IOException {
        var page = Files.readString(Path.of("../docs/kubernetes.md"));
        var documented = new HashSet<String>();
        var rows = Pattern.compile("\\| `([a-z-]+)` \\| `([A-Za-z_.]+)` \\|").matcher(page);
        while (rows.find()) {
            documented.add(rows.group(1) + "/" + rows.group(2));
        }
        return documented;
    }

    private static void addVariables(String properties, Set<String> names) {
        var words = Pattern.compile("`([^`]+)`").matcher(properties);
        var stem = "";
        while (words.find()) {
            var property = words.group(1);
            if (property.startsWith(".")) {
                property = stem + property;
            } else {
                stem = property.substring(0, Math.max(0, property.lastIndexOf('.')));
            }
            names.add(property.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT));
        }
    }
}
