package dev.kohakku.controller.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.standalone.engine.TestEngines;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** What clients are told of how new an answer is, and what their word for it does. */
class FreshnessFilterIT {

    private final AtomicInteger asked = new AtomicInteger();
    private final DataSource primary =
            new DelegatingDataSource(
                    new DriverManagerDataSource(TestEngines.postgres().jdbcUrl())) {
                @Override
                public java.sql.Connection getConnection() throws java.sql.SQLException {
                    asked.incrementAndGet();
                    return super.getConnection();
                }
            };
    private final FreshnessFilter filter = new FreshnessFilter(primary);
    private final MockHttpServletRequest request =
            new MockHttpServletRequest("GET", "/api/v1/tasks");
    private final MockHttpServletResponse response = new MockHttpServletResponse();

    private Lsn answered(FilterChain chain) throws Exception {
        filter.doFilter(request, response, chain);
        return Lsn.parse(response.getHeader(FreshnessFilter.HEADER)).orElseThrow();
    }

    private static FilterChain writing(String body) {
        return (asks, answer) -> answer.getWriter().write(body);
    }

    @Test
    void anAnswerOfThePrimaryTellsWhereItStandsInHeaderAndCookie() throws Exception {
        var told = answered(writing("{}"));

        assertThat(told.position()).isPositive();
        assertThat(response.getCookie(FreshnessFilter.COOKIE).getValue())
                .isEqualTo(told.toString());
        assertThat(asked).hasValue(1);
    }

    @Test
    void anAnswerOfReplicasAsksThePrimaryNothing() throws Exception {
        var told =
                answered((asks, answer) -> {
                    Freshness.current().sawReplica(new Lsn(7));
                    answer.getWriter().write("{}");
                });

        assertThat(told).isEqualTo(new Lsn(7));
        assertThat(asked).hasValue(0);
    }

    @Test
    void aRefusalCostsNoConnection() throws Exception {
        filter.doFilter(
                request,
                response,
                (asks, answer) -> {
                    ((HttpServletResponse) answer).setStatus(404);
                    answer.getWriter().write("{}");
                });

        assertThat(response.getHeader(FreshnessFilter.HEADER)).isNull();
        assertThat(asked).hasValue(0);
    }

    @Test
    void whatNoServerHasDoesNotStayWithTheClient() throws Exception {
        var lost = new Lsn(Long.MAX_VALUE / 2);
        request.addHeader(FreshnessFilter.HEADER, lost.toString());
        request.setCookies(new Cookie(FreshnessFilter.COOKIE, lost.toString()));

        var told = answered(writing("{}"));

        assertThat(told).isLessThan(lost);
    }

    @Test
    void theNewerOfHeaderAndCookieIsWantedAndWhatIsNoneIsPassedOver() throws Exception {
        request.addHeader(FreshnessFilter.HEADER, "0/A");
        request.setCookies(
                new Cookie(FreshnessFilter.COOKIE, "0/B"),
                new Cookie(FreshnessFilter.COOKIE, "nonsense"));

        answered((asks, answer) -> {
            assertThat(Freshness.wantedNow()).isEqualTo(new Lsn(11));
            answer.getWriter().write("{}");
        });

        assertThat(Freshness.current()).isNull();
    }

    @Test
    void callsOfDispatchersAreLeftAlone() throws Exception {
        request.setRequestURI("/api/v1/dispatchers/d/heartbeat/");

        filter.doFilter(request, response, writing("{}"));

        assertThat(response.getHeader(FreshnessFilter.HEADER)).isNull();
        assertThat(asked).hasValue(0);
    }
}
