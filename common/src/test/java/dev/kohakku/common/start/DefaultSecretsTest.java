package dev.kohakku.common.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.env.MockEnvironment;

class DefaultSecretsTest {

    /** A setting whose name says that it is secret, and its default. */
    private static final Pattern SECRET =
            Pattern.compile("([a-z-]*(?:key|password|token|secret)): \\$\\{([A-Z_]+):([^$}]+)}");

    @Test
    void aServiceThatListensEverywhereNeedsSecretsOfItsOwn() {
        var environment =
                new MockEnvironment()
                        .withProperty(
                                "kohakku.access.dispatcher-api-key", "insecure-dispatcher-key")
                        .withProperty(
                                "kohakku.attempt.callback-signing-key", "insecure-signing-key")
                        .withProperty("kohakku.notification.signing-key", "insecure-signing-key");

        assertThatThrownBy(() -> DefaultSecrets.refuse(environment, true))
                .isInstanceOf(StartRefusedException.class)
                .hasMessage(
                        "DISPATCHER_API_KEY has its default value, and this service listens on all"
                                + " addresses. CALLBACK_SIGNING_KEY has its default value, and this"
                                + " service listens on all addresses.")
                .extracting(e -> ((StartRefusedException) e).cure())
                .asString()
                .contains("DISPATCHER_API_KEY, CALLBACK_SIGNING_KEY", "SERVER_ADDRESS=127.0.0.1");
        DefaultSecrets.refuse(environment, false);
        environment.setProperty("server.address", "127.0.0.1");
        DefaultSecrets.refuse(environment, true);
        environment.setProperty("server.address", "0.0.0.0");
        assertThatThrownBy(() -> DefaultSecrets.refuse(environment, true))
                .hasMessageContaining("listens on 0.0.0.0");
    }

    @ParameterizedTest
    @CsvSource({
        "kohakku.database.password, kohakku, kohakku.database.hosts, 'localhost,db:5432', POSTGRES_PASSWORD",
        "kohakku.database.password, kohakku, kohakku.replicas.urls, replica:5432, POSTGRES_PASSWORD",
        "kohakku.database.password, kohakku, kohakku.replicas.urls, 'jdbc:postgresql://localhost/a?b=c,replica', POSTGRES_PASSWORD",
        "kohakku.database.password, kohakku, kohakku.database.migration-url, 'jdbc:postgresql://localhost,db/a?b=c', POSTGRES_PASSWORD",
        "kohakku.objects.secret-key, minioadmin, kohakku.objects.endpoint, http://minio:9000, MINIO_SECRET_KEY",
        "kohakku.objects.secret-key, minioadmin, kohakku.objects.public-endpoint, http://10.1.1.1:9000, MINIO_SECRET_KEY",
        "kohakku.dispatcher.api-key, insecure-dispatcher-key, kohakku.dispatcher.url, http://dispatcher:8080, DISPATCHER_API_KEY",
        "kohakku.dispatcher.signing-key, insecure-signing-key, kohakku.dispatcher.agent-url, http://dispatcher:8080, CALLBACK_SIGNING_KEY"
    })
    void whatIsReachedElsewhereNeedsASecretOfItsOwn(
            String secret, String known, String address, String elsewhere, String variable) {
        var environment =
                new MockEnvironment()
                        .withProperty("server.address", "127.0.0.1")
                        .withProperty(secret, known)
                        .withProperty(address, elsewhere);

        assertThatThrownBy(() -> DefaultSecrets.refuse(environment, true))
                .hasMessageStartingWith(variable + " has its default value")
                .hasMessageContaining(address);
        environment.setProperty(secret, "another");
        DefaultSecrets.refuse(environment, true);
        environment.setProperty(secret, known);
        environment.setProperty(address, "http://localhost:1");
        DefaultSecrets.refuse(environment, true);
    }

    @Test
    void whatStandsBehindTheQuestionMarkOfAUrlIsNoAddress() {
        DefaultSecrets.refuse(
                new MockEnvironment()
                        .withProperty("kohakku.database.password", "kohakku")
                        .withProperty(
                                "kohakku.database.migration-url",
                                "jdbc:postgresql://localhost/kohakku?options=a,b"),
                true);
    }

    /** A secret that gets a default later must not be forgotten here. */
    @Test
    void everyDefaultOfTheServicesIsKnown() throws IOException {
        var found = new ArrayList<String>();
        for (var service : List.of("controller-service", "dispatcher-service", "workflow-worker")) {
            var settings =
                    Files.readString(Path.of("..", service, "src/main/resources/application.yml"));
            SECRET.matcher(settings)
                    .results()
                    .forEach(match -> found.add(match.group(2) + "=" + match.group(3)));
        }

        assertThat(found)
                .containsOnly(
                        "DISPATCHER_API_KEY=insecure-dispatcher-key",
                        "CALLBACK_SIGNING_KEY=insecure-signing-key",
                        "POSTGRES_PASSWORD=kohakku",
                        "MINIO_SECRET_KEY=minioadmin",
                        // why not refused: it is the name that belongs to the secret key.
                        "MINIO_ACCESS_KEY=minioadmin");
    }
}
