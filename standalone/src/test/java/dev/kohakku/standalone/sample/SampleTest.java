package dev.kohakku.standalone.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class SampleTest {

    private final List<String> console = new CopyOnWriteArrayList<>();

    private boolean completes(FakeController controller) throws InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            return new Sample(http, controller.url(), FakeController.TOKEN, console::add)
                    .completes(Optional.empty());
        }
    }

    @Test
    void aTaskThatCompletesIsShownWithProgressLogAndResult() throws Exception {
        try (var controller = new FakeController("COMPLETED")) {
            assertThat(completes(controller)).isTrue();

            assertThat(controller.submitted())
                    .contains("\"type\":\"worker\"", "\"completion\":\"exit_code\"");
        }
        assertThat(console)
                .contains(
                        "The sample runs as a subprocess: no Docker engine answers",
                        "  progress: half way",
                        "  state -> COMPLETED",
                        "  log | a line")
                .contains("Sample COMPLETED with exit code 0", "  result | {\"answer\":42}");
    }

    @Test
    void aTaskThatFailsIsNoSuccess() throws Exception {
        try (var controller = new FakeController("FAILED")) {
            assertThat(completes(controller)).isFalse();
        }
        assertThat(console).contains("Sample FAILED with exit code 0");
    }

    @Test
    void aRefusedTaskIsShownWithTheAnswer() throws Exception {
        try (var controller = new FakeController("COMPLETED")) {
            controller.refuseWith(422);

            assertThat(completes(controller)).isFalse();
        }
        assertThat(console)
                .anyMatch(line ->
                        line.contains("answers 422") && line.contains("refused or accepted"));
    }
}
