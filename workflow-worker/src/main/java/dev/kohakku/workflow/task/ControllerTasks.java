package dev.kohakku.workflow.task;

import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.WireJson;
import dev.kohakku.common.wire.workflow.SingleDispatch;
import dev.kohakku.common.wire.workflow.TaskEnd;
import io.micrometer.observation.ObservationRegistry;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.net.http.HttpClient;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The activities over the Controller's REST API. Thread-safe. */
@Component
public class ControllerTasks implements TaskActivities {

    private static final String TASKS = "/api/v1/tasks";
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final JsonMapper json = WireJson.mapper();
    private final RestClient controller;

    /** Opens no connection yet. */
    public ControllerTasks(ControllerProperties properties, ObservationRegistry observations) {
        var requests =
                new JdkClientHttpRequestFactory(
                        HttpClient.newBuilder()
                                .version(HttpClient.Version.HTTP_1_1)
                                .connectTimeout(properties.connectTimeout())
                                .build());
        requests.setReadTimeout(properties.readTimeout());
        this.controller =
                RestClient.builder()
                        .requestFactory(requests)
                        .observationRegistry(observations)
                        .baseUrl(properties.url().toString().replaceFirst("/+$", ""))
                        .defaultHeader(HttpHeaders.AUTHORIZATION, "Bearer " + properties.token())
                        .build();
    }

    @Override
    public Created createTask(String workflowId, Map<String, @Nullable Object> task) {
        var created =
                controller
                        .post()
                        .uri(TASKS)
                        .header("Idempotency-Key", workflowId)
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(json.writeValueAsBytes(labelled(task, workflowId)))
                        .exchange((_, answer) -> read(answer));
        var id = text(created, "id");
        if (id == null) {
            throw new IllegalStateException("POST " + TASKS + " answered without an id");
        }
        // why look again: the answer to a repeated request may be as old as the first one, and the
        // signal of the end may have gone to a run of this workflow that no longer exists.
        return new Created(id, lookUpTask(id));
    }

    @Override
    public @Nullable TaskEnd lookUpTask(String taskId) {
        var task =
                controller.get().uri(TASKS + "/{id}", taskId).exchange((_, answer) -> read(answer));
        var state = text(task, "state");
        if (state == null || !TaskState.valueOf(state).isTerminal()) {
            return null;
        }
        var exitCode = task.path("exit_code");
        var metadata = task.path("result_metadata");
        return new TaskEnd(
                taskId,
                state,
                exitCode.isInt() ? exitCode.intValue() : null,
                text(task.path("failure"), "kind"),
                text(task, "error_message"),
                text(task, "result_key"),
                metadata.isObject() ? json.convertValue(metadata, OBJECT) : null);
    }

    @Override
    public void cancelTask(String taskId) {
        controller
                .post()
                .uri(TASKS + "/{id}/cancel", taskId)
                .exchange((_, answer) ->
                        // A conflict says that it has ended.
                        answer.getStatusCode().isSameCodeAs(HttpStatus.CONFLICT)
                                ? json.createObjectNode()
                                : read(answer));
    }

    @SuppressWarnings("unchecked") // why: the member 'labels' of a JSON object is read as a map
    private static Map<String, @Nullable Object> labelled(
            Map<String, @Nullable Object> task, String workflowId) {
        var given = task.get("labels");
        if (given != null && !(given instanceof Map)) {
            // why unchanged: the Controller names the wrong field better.
            return task;
        }
        var labels = new LinkedHashMap<String, @Nullable Object>();
        if (given != null) {
            labels.putAll((Map<String, @Nullable Object>) given);
        }
        labels.put(SingleDispatch.INSTANCE_LABEL, workflowId);
        var labelled = new LinkedHashMap<String, @Nullable Object>(task);
        labelled.put("labels", labels);
        return labelled;
    }

    private JsonNode read(ClientHttpResponse answer) throws IOException {
        var status = answer.getStatusCode();
        var body = answer.getBody().readAllBytes();
        if (status.is2xxSuccessful()) {
            return body.length == 0 ? json.createObjectNode() : json.readTree(body);
        }
        var problem = problemIn(answer, body);
        if (problem == null || !isVerdict(status.value())) {
            throw new IllegalStateException(
                    "the Controller answered "
                            + status
                            + (problem == null ? "" : ": " + wordsOf(problem)));
        }
        throw ApplicationFailure.newNonRetryableFailure(
                wordsOf(problem), REFUSED, text(problem, "type"), status.value());
    }

    /**
     * Whether an answer is about the request itself. A token being replaced (401, 403), a crowd
     * (429) or a slow line (408) says nothing about it and passes.
     */
    private static boolean isVerdict(int status) {
        return switch (status) {
            case 401, 403, 408, 425, 429 -> false;
            default -> status >= 400 && status < 500;
        };
    }

    private @Nullable JsonNode problemIn(ClientHttpResponse answer, byte[] body) {
        var type = answer.getHeaders().getContentType();
        if (type == null || !type.isCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON)) {
            // Something between worker and Controller speaks, such as a proxy.
            return null;
        }
        try {
            return json.readTree(body);
        } catch (JacksonException _) {
            return null;
        }
    }

    private static String wordsOf(JsonNode problem) {
        var words = new StringBuilder();
        var detail = text(problem, "detail");
        words.append(detail == null ? text(problem, "title") : detail);
        for (var error : problem.path("errors")) {
            var said = text(error, "field") + ": " + text(error, "message");
            if (words.indexOf(said) < 0) {
                words.append("; ").append(said);
            }
        }
        return words.toString();
    }

    private static @Nullable String text(JsonNode object, String member) {
        var value = object.path(member);
        return value.isString() ? value.stringValue() : null;
    }
}
