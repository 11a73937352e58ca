package dev.kohakku.controller.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.test.context.TestPropertySource;

@ControllerTest
@TestPropertySource(properties = "SECRETS_KEY=")
class NoSecretsKeyIT {

    @Autowired Environment environment;

    @Test
    void aLoginIsRefusedAndTheKeyNamed() {
        var answer =
                TestingClient.of(environment)
                        .put(
                                "/api/v1/image-registries/reg.io",
                                "{\"username\":\"bob\",\"password\":\"open-sesame\"}");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.problem()).isEqualTo("secrets-key-missing");
        assertThat(answer.body()).contains("SECRETS_KEY").doesNotContain("open-sesame");
    }
}
