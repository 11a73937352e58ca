package dev.kohakku.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayoutTest {

    @Test
    void eachWorkflowWorkerHasAPortOfItsOwnForItsMetrics() {
        assertThat(metricsPorts(Map.of())).doesNotHaveDuplicates().allMatch(port -> port >= 8090);
    }

    @Test
    void aPortThatWasAskedForIsTheFirst() {
        assertThat(metricsPorts(Map.of("METRICS_PORT", "28090")))
                .doesNotHaveDuplicates()
                .allMatch(port -> port >= 28090 && port < 28190);
    }

    @Test
    void metricsThatAreTurnedOffStayOff() {
        assertThat(metricsPorts(Map.of("METRICS_PORT", "-1"))).containsOnly(0);
    }

    private static List<Integer> metricsPorts(Map<String, String> more) {
        var environment =
                new HashMap<>(
                        Map.of(
                                "CONTROLLER_PORT", "0",
                                "DISPATCHER_PORT", "0",
                                "WORKFLOW_WORKERS", "3"));
        environment.putAll(more);
        return Layout.of(Settings.from(environment, Path.of("."))).workflowWorkers().stream()
                .map(Layout.Member::port)
                .toList();
    }
}
