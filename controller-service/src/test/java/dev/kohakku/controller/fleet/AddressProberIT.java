package dev.kohakku.controller.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingHealth;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class AddressProberIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired AddressProber prober;
    TestingHealth address;
    TestingDispatcher dispatcher;

    @BeforeEach
    void checkIn() throws IOException {
        address = new TestingHealth();
        dispatcher = TestingDispatcher.of(environment).at(address.url()).checkedIn();
        address.answers("{\"instance\":\"" + dispatcher.instance() + "\"}");
    }

    @AfterEach
    void close() {
        address.close();
    }

    @Test
    void anAddressIsAskedOnceWhenItsDispatcherHasCheckedIn() {
        prober.round();
        prober.round();

        assertThat(address.requests()).hasSize(1);
        assertThat(said()).containsEntry("answered", true).containsEntry("refused", false);
    }

    @Test
    void aSilentOneThatAnswersAsItselfIsThere() {
        fallSilent();

        prober.round();

        assertThat(said()).containsEntry("answered", true).containsEntry("refused", false);
    }

    @Test
    void anAddressWhereNobodyListensIsRefusedSinceTheFirstTime() {
        prober.round();
        fallSilent();
        address.close();

        prober.round();
        assertThat(said()).containsEntry("answered", true).containsEntry("refused", true);
        age("refused_since", 40);
        prober.round();

        assertThat(secondsSince("refused_since")).isGreaterThan(39);
    }

    @Test
    void anAnswerOfSomebodyElseIsNone() {
        address.answers("{\"instance\":\"somebody else\"}");
        fallSilent();

        prober.round();

        assertThat(said()).containsEntry("answered", false).containsEntry("refused", false);
    }

    @Test
    void aNameThatNobodyKnowsIsNoRefusal() {
        jdbc.sql("update dispatchers set url = 'http://nobody.invalid:8080'").update();
        fallSilent();

        prober.round();

        assertThat(said()).containsEntry("answered", false).containsEntry("refused", false);
    }

    private void fallSilent() {
        jdbc.sql(
                        """
                        update dispatchers set lease_expires_at = now() - interval '1 min',
                            heartbeat_at = now() - interval '75 s', probed_at = null
                        """)
                .update();
    }

    private void age(String column, int seconds) {
        jdbc.sql(
                        "update dispatchers set %s = %s - make_interval(secs => :s), probed_at = null"
                                .formatted(column, column))
                .param("s", seconds)
                .update();
    }

    private int secondsSince(String column) {
        return jdbc.sql(
                        "select cast(extract(epoch from now() - %s) as int) from dispatchers"
                                .formatted(column))
                .query(Integer.class)
                .single();
    }

    private Map<String, Object> said() {
        return jdbc.sql(
                        "select answered_at is not null as answered, refused_since is not null as"
                                + " refused from dispatchers")
                .query()
                .singleRow();
    }
}
