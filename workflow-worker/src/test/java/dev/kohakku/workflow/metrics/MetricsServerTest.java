package dev.kohakku.workflow.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class MetricsServerTest {

    private final PrometheusMeterRegistry meters =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @Test
    void theMetricsAreWhereThoseOfTheOtherServicesAre() throws Exception {
        meters.counter("kohakku.something").increment();
        var server = at(0);
        server.start();
        try {
            var port = server.port().orElseThrow();

            assertThat(get(port, "/actuator/prometheus")).contains("kohakku_something_total 1.0");
            assertThat(get(port, "/-/healthy")).isNotEmpty();
        } finally {
            server.stop();
        }
        assertThat(server.port()).isEmpty();
    }

    @Test
    void aPortThatIsTakenStopsNobody() throws Exception {
        try (var taken = new ServerSocket(0)) {
            var server = at(taken.getLocalPort());

            server.start();

            assertThat(server.isRunning()).isFalse();
            server.stop();
        }
    }

    @Test
    void noPortIsOpenedWhereNoneIsWanted() {
        var server = at(-1);

        server.start();

        assertThat(server.port()).isEmpty();
    }

    private MetricsServer at(int port) {
        return new MetricsServer(new MetricsProperties(port), meters.getPrometheusRegistry());
    }

    private static String get(int port, String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString()).body();
    }
}
