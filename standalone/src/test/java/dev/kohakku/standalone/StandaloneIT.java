package dev.kohakku.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandaloneIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir Path directory;
    Path repository;
    Path home;

    @BeforeEach
    void layRepository() throws IOException {
        repository = StandInService.repository(directory.resolve("repository"));
        home = directory.resolve("a home");
    }

    private LauncherProcess start(Map<String, String> environment) throws IOException {
        return LauncherProcess.start(home, repository, environment);
    }

    @Test
    void anInterruptEndsEveryProcessAndTheNextStartHasTheSameCredentials() throws Exception {
        String credentials;
        try (var launcher = start(Map.of()).awaitReady()) {
            var children = launcher.children();
            assertThat(children).allMatch(ProcessHandle::isAlive);
            assertThat(launcher.child("controller-service"))
                    .isEqualTo(launcher.child("controller"));
            credentials = Files.readString(home.resolve("credentials.env"));

            assertThat(launcher.interrupt()).isEqualTo(130);

            assertThat(children).noneMatch(ProcessHandle::isAlive);
            assertThat(home.resolve("run/controller.pid")).doesNotExist();
            assertThat(home.resolve("run/launcher.pid")).doesNotExist();
        }

        try (var launcher = start(Map.of()).awaitReady()) {
            assertThat(Files.readString(home.resolve("credentials.env"))).isEqualTo(credentials);
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(home.resolve("credentials.env"))))
                    .isEqualTo("rw-------");
            assertThat(launcher.output()).contains("Token", "kohakku_");
        }
    }

    @Test
    void aKilledLauncherLeavesNoProcessAndItsHomeStartsAgain() throws Exception {
        try (var launcher = start(Map.of()).awaitReady()) {
            var children = launcher.children();

            launcher.kill();

            LauncherProcess.awaitGone(children);
        }

        try (var launcher = start(Map.of()).awaitReady()) {
            assertThat(launcher.children()).allMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void whatALauncherLeftThatWasKilledWithItsGuardIsEndedByTheNextStart() throws Exception {
        try (var launcher = start(Map.of()).awaitReady()) {
            var children = launcher.children();
            launcher.child("guard").orElseThrow().destroyForcibly();
            launcher.kill();
            assertThat(launcher.child("controller").orElseThrow().isAlive()).isTrue();

            try (var next = start(Map.of()).awaitReady()) {
                LauncherProcess.awaitGone(children);
                assertThat(next.children()).allMatch(ProcessHandle::isAlive);
            }
        }
    }

    @Test
    void aPidThatBelongsToAnotherProcessNowIsLeftAlone() throws Exception {
        var stranger = new ProcessBuilder("sleep", "60").start();
        var run = Files.createDirectories(home.resolve("run"));
        Files.writeString(run.resolve("controller.pid"), stranger.pid() + "\n");
        Files.writeString(run.resolve("controller.began"), "before this boot 1\n");

        try (var launcher = start(Map.of()).awaitReady()) {
            assertThat(launcher.child("controller").orElseThrow().pid())
                    .isNotEqualTo(stranger.pid());
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void servicesAndEnginesThatDieAreStartedAgain() throws Exception {
        try (var launcher = start(Map.of()).awaitReady()) {
            for (var name : new String[] {"dispatcher", "redis", "postgres"}) {
                var before = launcher.child(name).orElseThrow();

                before.destroyForcibly();

                await().atMost(LIMIT)
                        .until(() ->
                                launcher.child(name)
                                        .filter(now -> now.isAlive() && now.pid() != before.pid())
                                        .isPresent());
            }
            assertThat(Files.readString(home.resolve("logs/dispatcher.log")))
                    .containsPattern("(?s)Started.*Started");
        }
    }

    @Test
    void aServiceThatDiesIsLeftDeadWhereRestartsAreOff() throws Exception {
        try (var launcher = start(Map.of("KOHAKKU_RESTART", "no")).awaitReady()) {
            launcher.child("dispatcher").orElseThrow().destroyForcibly();

            await().atMost(LIMIT).until(() -> launcher.output().contains("left dead"));
            assertThat(home.resolve("run/dispatcher.pid")).doesNotExist();
            assertThat(launcher.child("controller").orElseThrow().isAlive()).isTrue();
        }
    }

    @Test
    void aSecondStartOnTheSameHomeIsRefusedAndHarmsNothing() throws Exception {
        try (var first = start(Map.of()).awaitReady();
                var second = start(Map.of())) {
            assertThat(second.status()).isEqualTo(1);

            assertThat(second.output())
                    .contains("already runs")
                    .contains(Long.toString(first.pid()));
            assertThat(first.children()).allMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void aPortInUseIsSaidBeforeAnythingIsStarted() throws Exception {
        try (var used = new ServerSocket(0);
                var launcher =
                        start(Map.of("CONTROLLER_PORT", Integer.toString(used.getLocalPort())))) {
            assertThat(launcher.status()).isEqualTo(1);

            assertThat(launcher.output())
                    .contains("Port " + used.getLocalPort() + " is in use")
                    .contains("CONTROLLER_PORT");
            assertThat(launcher.child("postgres")).isEmpty();
        }
    }

    @Test
    void aServiceThatCannotStartIsNamedWithTheEndOfItsLog() throws Exception {
        Files.writeString(
                repository.resolve("dispatcher-service/target/dispatcher-service-exec.jar"),
                "no jar");

        try (var launcher = start(Map.of())) {
            assertThat(launcher.status()).isEqualTo(1);

            assertThat(launcher.output())
                    .contains("dispatcher does not become ready")
                    .contains("Invalid or corrupt jarfile");
            assertThat(launcher.child("controller")).isEmpty();
        }
    }
}
