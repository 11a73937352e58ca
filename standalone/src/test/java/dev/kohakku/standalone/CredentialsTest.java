package dev.kohakku.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {

    @Test
    void whatWasGeneratedOnceIsUsedAgain(@TempDir Path directory) {
        try (var home = Home.claim(directory)) {
            var first = Credentials.of(home, Map.of());
            var second = Credentials.of(home, Map.of());

            assertThat(second.values()).isEqualTo(first.values());
            assertThat(Base64.getDecoder().decode(first.get("SECRETS_KEY"))).hasSize(32);
        }
    }

    @Test
    void twoHomesShareNothing(@TempDir Path first, @TempDir Path second) {
        try (var one = Home.claim(first);
                var other = Home.claim(second)) {
            var others = Credentials.of(other, Map.of());

            assertThat(Credentials.of(one, Map.of()).values())
                    .allSatisfy((name, value) ->
                            assertThat(
                                            name.equals("MINIO_ACCESS_KEY")
                                                    || !others.get(name).equals(value))
                                    .as(name)
                                    .isTrue());
        }
    }

    @Test
    void theEnvironmentWinsAndIsNotKept(@TempDir Path directory) throws Exception {
        try (var home = Home.claim(directory)) {
            var given = Credentials.of(home, Map.of("KOHAKKU_BOOTSTRAP_TOKEN", "given-for-now"));

            assertThat(given.token()).isEqualTo("given-for-now");
            assertThat(Files.readString(home.run().resolve("token"))).isEqualTo("given-for-now\n");
            assertThat(Files.readString(directory.resolve("credentials.env")))
                    .doesNotContain("given-for-now");
            assertThat(Credentials.of(home, Map.of()).token()).isNotEqualTo("given-for-now");
        }
    }

    @Test
    void secretsAreReadableByTheirOwnerOnlyAndNotPrinted(@TempDir Path directory) throws Exception {
        try (var home = Home.claim(directory)) {
            var credentials = Credentials.of(home, Map.of());

            for (var file :
                    new Path[] {
                        directory.resolve("credentials.env"), home.run().resolve("token")
                    }) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
            }
            assertThat(credentials.toString()).doesNotContain(credentials.token());
        }
    }
}
