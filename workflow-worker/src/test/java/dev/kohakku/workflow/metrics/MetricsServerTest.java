package dev.kohakku.workflow.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

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

    /** The whole block 127.0.0.0/8 is this machine's on Linux. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void itListensOnTheAddressThatIsNamedAndOnNoOther() throws Exception {
        var server = at("127.0.0.2", 0);
        server.start();
        try {
            var port = server.port().orElseThrow();

            assertThat(get("127.0.0.2", port, "/-/healthy")).isNotEmpty();
            assertThatThrownBy(() -> get("127.0.0.1", port, "/-/healthy"))
                    .isInstanceOf(ConnectException.class);
        } finally {
            server.stop();
        }
    }

    @Test
    void anAddressOfAnotherMachineStopsNobody() {
        var server = at("192.0.2.1", 0);

        server.start();

        assertThat(server.isRunning()).isFalse();
    }

    @Test
    void noPortIsOpenedWhereNoneIsWanted() {
        var server = at(-1);

        server.start();

        assertThat(server.port()).isEmpty();
    }

    private MetricsServer at(int port) {
        return at("", port);
    }

    private MetricsServer at(String address, int port) {
        return new MetricsServer(
                new MetricsProperties(address, port), meters.getPrometheusRegistry());
    }

    private static String get(int port, String path) throws Exception {
        return get("localhost", port, path);
    }

    private static String get(String host, int port, String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://" + host + ":" + port + path));
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString()).body();
    }
}
