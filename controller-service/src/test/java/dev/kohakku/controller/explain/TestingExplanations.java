package dev.kohakku.controller.explain;

import dev.kohakku.common.task.TaskId;
import dev.kohakku.controller.testing.TestingClient;
import org.springframework.core.env.Environment;
import tools.jackson.databind.JsonNode;

/** Explanations as a client gets them. */
record TestingExplanations(TestingClient client) {

    static TestingExplanations of(Environment environment) {
        return new TestingExplanations(TestingClient.of(environment));
    }

    JsonNode of(TaskId task) {
        var answer = client.get("/api/v1/tasks/" + task + "/explain");
        if (answer.status() != 200) {
            throw new AssertionError(answer.status() + " " + answer.body());
        }
        return answer.json();
    }

    /** What it waits for, of a task that has not ended. */
    Waiting waiting(TaskId task) {
        var waiting = of(task).get("waiting_for");
        return new Waiting(
                WaitingKind.valueOf(waiting.get("kind").asString()),
                waiting.get("message").asString(),
                waiting.get("data"));
    }

    record Waiting(WaitingKind kind, String message, JsonNode data) {}
}
