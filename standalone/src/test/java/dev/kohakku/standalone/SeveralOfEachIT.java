package dev.kohakku.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeveralOfEachIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Map<String, String> SEVERAL =
            Map.of("CONTROLLERS", "2", "WORKERS", "2", "DISPATCHERS", "3", "WORKFLOW_WORKERS", "2");
    private static final String[] NAMES = {
        "controller-1", "controller-2", "worker-1", "worker-2", "dispatcher-1", "dispatcher-2",
        "dispatcher-3", "workflow-worker-1", "workflow-worker-2", "postgres", "redis", "guard"
    };

    @TempDir Path directory;
    Path repository;
    Path home;

    @BeforeEach
    void layRepository() throws IOException {
        repository = StandInService.repository(directory.resolve("repository"));
        home = directory.resolve("home");
    }

    private LauncherProcess start(Map<String, String> environment) throws IOException {
        return LauncherProcess.start(home, repository, environment);
    }

    private String log(String name) {
        try {
            return Files.readString(home.resolve("logs").resolve(name + ".log"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void eachHasItsRoleItsNameAndItsAddressAndNoneOutlivesAnInterrupt() throws Exception {
        try (var launcher = start(SEVERAL).awaitReady()) {
            var children = launcher.children(NAMES);
            assertThat(children).allMatch(ProcessHandle::isAlive);
            assertThat(log("controller-2")).contains("Roles are api");
            assertThat(log("worker-1")).contains("Roles are worker");
            assertThat(log("dispatcher-1"))
                    .containsPattern("Dispatcher is dispatcher-[0-9a-f]{8}\n");
            assertThat(log("dispatcher-3"))
                    .containsPattern("Dispatcher is dispatcher-[0-9a-f]{8}-3\n");
            assertThat(launcher.child("controller-service"))
                    .isEqualTo(launcher.child("controller-1"));
            assertThat(launcher.output().lines().filter(line -> line.startsWith("Dispatcher")))
                    .hasSize(3);

            assertThat(launcher.interrupt()).isEqualTo(130);

            assertThat(children).noneMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void aKilledLauncherLeavesNoneOfThemAndFewerStartOnItsHome() throws Exception {
        try (var launcher = start(SEVERAL).awaitReady()) {
            var children = launcher.children(NAMES);

            launcher.kill();

            LauncherProcess.awaitGone(children);
        }

        try (var launcher = start(Map.of()).awaitReady()) {
            assertThat(launcher.children()).allMatch(ProcessHandle::isAlive);
            assertThat(launcher.child("dispatcher-3")).isEmpty();
        }
    }

    @Test
    void theBalancerSendsToBothAndToTheOtherWhileOneIsDead() throws Exception {
        try (var launcher = start(Map.of("CONTROLLERS", "2")).awaitReady();
                var http = HttpClient.newHttpClient()) {
            var address = Pattern.compile("Balancer +(http\\S+)").matcher(launcher.output());
            assertThat(address.find()).isTrue();
            var request = HttpRequest.newBuilder(URI.create(address.group(1))).build();
            var answering = new TreeSet<String>();
            await().atMost(LIMIT)
                    .until(() -> {
                        var answer = http.send(request, BodyHandlers.discarding());
                        answering.add(answer.headers().firstValue("Answered-By").orElse("nobody"));
                        return answering.size() == 2;
                    });

            launcher.child("controller-1").orElseThrow().destroyForcibly();
            for (int count = 0; count < 20; count++) {
                assertThat(http.send(request, BodyHandlers.discarding()).statusCode())
                        .isEqualTo(200);
            }
            await().atMost(LIMIT).until(() -> launcher.child("controller-1").isPresent());
        }
    }

    @Test
    void aNumberThatMeansNothingIsRefusedInOneSentence() throws Exception {
        try (var launcher = start(Map.of("CONTROLLERS", "0"))) {
            assertThat(launcher.status()).isEqualTo(1);

            assertThat(launcher.output())
                    .isEqualTo("CONTROLLERS is '0': it must be a number from 1 to 8\n");
        }
    }
}
