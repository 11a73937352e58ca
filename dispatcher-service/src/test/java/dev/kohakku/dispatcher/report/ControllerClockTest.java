package dev.kohakku.dispatcher.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.telemetry.ClockWatch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpResponse;

class ControllerClockTest {

    private static final Instant NOW = Instant.parse("2027-03-01T12:00:00Z");

    private final ClockWatch watch = new ClockWatch("the Controller", new SimpleMeterRegistry());

    @Test
    void anAnswerOfAnotherTimeIsNoticed() throws IOException {
        answered(NOW, "Mon, 01 Mar 2027 12:00:00 GMT");
        assertThat(watch.obstacle()).isEmpty();

        answered(NOW.plusSeconds(30), "Mon, 01 Mar 2027 12:01:00 GMT");
        assertThat(watch.obstacle())
                .hasValueSatisfying(
                        text -> assertThat(text).contains("behind that of the Controller"));
    }

    @Test
    void anAnswerWithoutAReadableDateIsAnAnswer() throws IOException {
        answered(NOW, null);
        answered(NOW, "yesterday");

        assertThat(watch.obstacle()).isEmpty();
    }

    private void answered(Instant now, @Nullable String date) throws IOException {
        var clock = new ControllerClock(Clock.fixed(now, ZoneOffset.UTC), watch);
        var response = new MockClientHttpResponse(new byte[0], HttpStatus.OK);
        if (date != null) {
            response.getHeaders().set(HttpHeaders.DATE, date);
        }
        var request = new MockClientHttpRequest(HttpMethod.POST, URI.create("http://controller"));

        assertThat(clock.intercept(request, new byte[0], (_, _) -> response)).isSameAs(response);
    }
}
