package dev.kohakku.controller.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@ExtendWith(OutputCaptureExtension.class)
class BootstrapTokenTest {

    @Test
    void keysThatEverybodyKnowsAreWarnedOf(CapturedOutput output) {
        start(AccessProperties.DEFAULT_DISPATCHER_API_KEY, BootstrapToken.DEFAULT_SIGNING_KEY);

        assertThat(output)
                .contains("DISPATCHER_API_KEY is not set", "CALLBACK_SIGNING_KEY is not set");
    }

    @Test
    void keysOfOnesOwnAreNot(CapturedOutput output) {
        start("a key", "another key");

        assertThat(output).doesNotContain("is not set");
    }

    @Test
    void theDefaultIsTheOneOfTheSettings() throws IOException {
        assertThat(
                        new ClassPathResource("application.yml")
                                .getContentAsString(StandardCharsets.UTF_8))
                .contains(
                        "callback-signing-key: ${CALLBACK_SIGNING_KEY:"
                                + BootstrapToken.DEFAULT_SIGNING_KEY
                                + "}");
    }

    private static void start(String dispatcherKey, String signingKey) {
        var noToken = new AccessProperties("", dispatcherKey);
        var unused = JdbcClient.create(new DriverManagerDataSource());
        new BootstrapToken(noToken, signingKey, unused).run(new DefaultApplicationArguments());
    }
}
