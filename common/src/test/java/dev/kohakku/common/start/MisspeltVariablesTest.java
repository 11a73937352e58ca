package dev.kohakku.common.start;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MisspeltVariablesTest {

    @ParameterizedTest
    @CsvSource({
        "KOHAKKU_RESCUE_LOSTAFTR, KOHAKKU_RESCUE_LOSTAFTER",
        "KOHAKKU_ROLE, KOHAKKU_ROLES",
        "KOHAKKU_LOGFORMAT, KOHAKKU_LOG_FORMAT",
        "kohakku_instalation, KOHAKKU_INSTALLATION",
        "KOHAKKU_DOCKER_REGISTRIES_0_ADRESS, KOHAKKU_DOCKER_REGISTRIES_ADDRESS",
    })
    void theNearestNameIsSaid(String wrong, String near) {
        assertThatThrownBy(() -> MisspeltVariables.refuse(Map.of(wrong, "secret value")))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining(near + " may be meant")
                .hasMessageNotContaining("secret value");
    }

    @Test
    void allOfThemAreNamedAtOnce() {
        assertThatThrownBy(() ->
                        MisspeltVariables.refuse(
                                Map.of("KOHAKKU_X", "", "KOHAKKU_NOTHING_LIKE_ANY_OTHER", "1")))
                .hasMessageContaining("KOHAKKU_X is read by nothing")
                .hasMessageContaining("KOHAKKU_NOTHING_LIKE_ANY_OTHER is read by nothing.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "KOHAKKU_RESCUE_LOSTAFTER=1m",
                "KOHAKKU_RESCUE_LOST_AFTER=1m",
                "kohakku_rescue_lostafter=1m",
                "KOHAKKU_DATABASE_HOSTS_0=db",
                "KOHAKKU_DOCKER_REGISTRIES_10_ADDRESS=r",
                "KOHAKKU_HOME=/x",
                "KOHAKKU_REQUIRE_DOCKER=1",
                "KOHAKKU_TASK_ID=x",
                "KOHAKKU_CONTROLLER_SERVICE_HOST=10.0.0.1",
                "KOHAKKU_CONTROLLER_SERVICE_PORT=8000",
                "KOHAKKU_CONTROLLER_SERVICE_PORT_HTTP=8000",
                "KOHAKKU_CONTROLLER_PORT=tcp://10.0.0.1:8000",
                "KOHAKKU_CONTROLLER_PORT_8000_TCP=tcp://10.0.0.1:8000",
                "KOHAKKU_CONTROLLER_PORT_8000_TCP_ADDR=10.0.0.1",
                "KOHAKKU_SERVICE_HOST=10.0.0.1",
                "KOHAKKU_PORT=tcp://10.0.0.1:8000",
                "KOHAKKU_PORT_8000_TCP_PROTO=tcp",
                "OTHERS_KOHAKKU_ROLE=1",
                "MINIO_ENDPONT=1"
            })
    void isNoMistake(String variable) {
        int equals = variable.indexOf('=');

        assertThatCode(() ->
                        MisspeltVariables.refuse(
                                Map.of(
                                        variable.substring(0, equals),
                                        variable.substring(equals + 1))))
                .doesNotThrowAnyException();
    }

    @Test
    void aPortThatIsANumberIsNoServiceLink() {
        assertThatThrownBy(() -> MisspeltVariables.refuse(Map.of("KOHAKKU_METRIC_PORT", "8090")))
                .hasMessageContaining("KOHAKKU_METRICS_PORT may be meant");
    }
}
