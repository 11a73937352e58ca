package dev.kohakku.dispatcher.backend.ecs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/** What the fake of ECS knows: one cluster, its task definitions and its tasks. Thread-safe. */
final class TestingCluster {

    static final String NAME = "tasks";
    static final String ARN = "arn:aws:ecs:eu-central-1:123456789012:cluster/tasks";

    private static final int PAGE = 100;
    private static final int LOG_PAGE = 5_000;

    private final Map<String, JsonNode> definitions = new ConcurrentHashMap<>();
    private final Map<String, TestingTask> tasks = new LinkedHashMap<>();
    private final Map<String, JsonNode> byToken = new LinkedHashMap<>();
    private final Map<String, String> taskOfToken = new LinkedHashMap<>();
    private final AtomicInteger registrations = new AtomicInteger();
    volatile Duration invisibleFor = Duration.ofMillis(80);
    volatile Duration ingestion = Duration.ofMillis(60);
    volatile String status = "ACTIVE";
    volatile boolean takesTagsOfStopped = true;
    volatile Map<String, Object> nextRunAnswer = Map.of();

    /** An error as the API tells it. */
    static final class Refused extends RuntimeException {

        final String code;
        final Map<String, Object> more;

        Refused(String code, String message) {
            this(code, message, Map.of());
        }

        Refused(String code, String message, Map<String, Object> more) {
            super(message);
            this.code = code;
            this.more = more;
        }
    }

    int registrations() {
        return registrations.get();
    }

    Map<String, JsonNode> definitions() {
        return Map.copyOf(definitions);
    }

    synchronized List<TestingTask> tasks() {
        return List.copyOf(tasks.values());
    }

    synchronized void removeDefinitions() {
        definitions.clear();
    }

    Object call(String action, JsonNode body) {
        return switch (action) {
            case "DescribeClusters" -> describeClusters(body);
            case "DescribeTaskDefinition" -> describeDefinition(body);
            case "RegisterTaskDefinition" -> register(body);
            case "RunTask" -> run(body);
            case "StopTask" -> stop(body);
            case "DescribeTasks" -> describe(body);
            case "ListTasks" -> list(body);
            case "TagResource" -> tag(body);
            case "GetLogEvents" -> logEvents(body);
            default -> throw new Refused("InvalidAction", action);
        };
    }

    private Object describeClusters(JsonNode body) {
        var name = body.path("clusters").path(0).asString("");
        return NAME.equals(name) || ARN.equals(name)
                ? Map.of(
                        "clusters",
                        List.of(
                                Map.of(
                                        "clusterArn", ARN,
                                        "clusterName", NAME,
                                        "status", status,
                                        "capacityProviders", List.of("FARGATE", "FARGATE_SPOT"))))
                : Map.of(
                        "clusters",
                        List.of(),
                        "failures",
                        List.of(Map.of("arn", name, "reason", "MISSING")));
    }

    private Object describeDefinition(JsonNode body) {
        var family = body.path("taskDefinition").asString();
        if (!definitions.containsKey(family)) {
            throw new Refused("ClientException", "Unable to describe task definition.");
        }
        return Map.of("taskDefinition", definition(family));
    }

    private Object register(JsonNode body) {
        registrations.incrementAndGet();
        var family = body.path("family").asString();
        definitions.put(family, body);
        return Map.of("taskDefinition", definition(family));
    }

    private static Map<String, Object> definition(String family) {
        return Map.of(
                "taskDefinitionArn",
                "arn:aws:ecs:eu-central-1:123456789012:task-definition/" + family + ":1",
                "family",
                family,
                "status",
                "ACTIVE");
    }

    private synchronized Object run(JsonNode body) {
        var arn = body.path("taskDefinition").asString();
        var family = arn.replaceAll(".*/|:\\d+$", "");
        if (!definitions.containsKey(family)) {
            throw new Refused("ClientException", "TaskDefinition is inactive");
        }
        if (!nextRunAnswer.isEmpty()) {
            var answer = nextRunAnswer;
            nextRunAnswer = Map.of();
            return answer;
        }
        var token = body.path("clientToken").asString();
        var earlier = byToken.get(token);
        if (earlier == null) {
            make(token, body, family);
        } else if (!earlier.equals(body)) {
            throw new Refused(
                    "ConflictException",
                    "The client token is in use with other parameters.",
                    Map.of("resourceIds", List.of(taskOfToken.get(token))));
        }
        return Map.of("tasks", List.of(tasks.get(taskOfToken.get(token)).described(Instant.now())));
    }

    private void make(String token, JsonNode body, String family) {
        var arn = "arn:aws:ecs:eu-central-1:123456789012:task/tasks/" + token.substring(0, 32);
        var override = body.path("overrides").path("containerOverrides").path(0);
        var stopTimeout =
                definitions
                        .get(family)
                        .path("containerDefinitions")
                        .path(0)
                        .path("stopTimeout")
                        .asInt(30);
        byToken.put(token, body);
        taskOfToken.put(token, arn);
        tasks.put(
                arn,
                new TestingTask(
                        arn,
                        pairs(override.path("environment"), "name"),
                        pairs(body.path("tags"), "key"),
                        body.path("startedBy").asString(""),
                        Duration.ofSeconds(stopTimeout),
                        Instant.now()));
    }

    private static Map<String, String> pairs(JsonNode list, String key) {
        var pairs = new LinkedHashMap<String, String>();
        list.forEach(pair -> pairs.put(pair.path(key).asString(), pair.path("value").asString()));
        return pairs;
    }

    private synchronized Object stop(JsonNode body) {
        var task = tasks.get(body.path("task").asString());
        if (task == null || !isVisible(task, Instant.now())) {
            throw new Refused("InvalidParameterException", "The referenced task was not found.");
        }
        task.stop(Instant.now(), body.path("reason").asString(""));
        return Map.of("task", task.described(Instant.now()));
    }

    private synchronized Object describe(JsonNode body) {
        var found = new ArrayList<Map<String, Object>>();
        var failures = new ArrayList<Map<String, String>>();
        if (body.path("tasks").size() > PAGE) {
            throw new Refused("InvalidParameterException", "More than 100 tasks");
        }
        for (var arn : body.path("tasks")) {
            var task = tasks.get(arn.asString());
            if (task != null && isVisible(task, Instant.now())) {
                found.add(task.described(Instant.now()));
            } else {
                failures.add(Map.of("arn", arn.asString(), "reason", "MISSING"));
            }
        }
        return Map.of("tasks", found, "failures", failures);
    }

    private boolean isVisible(TestingTask task, Instant now) {
        return !now.isBefore(task.createdAt().plus(invisibleFor));
    }

    private synchronized Object list(JsonNode body) {
        var now = Instant.now();
        boolean stopped = "STOPPED".equals(body.path("desiredStatus").asString("RUNNING"));
        var startedBy = body.path("startedBy").asString("");
        var arns =
                tasks.values().stream()
                        .filter(task -> isVisible(task, now))
                        .filter(task -> task.isToStop(now) == stopped)
                        .filter(task -> startedBy.isEmpty() || startedBy.equals(task.startedBy()))
                        .map(TestingTask::arn)
                        .toList();
        int from = Integer.parseInt(body.path("nextToken").asString("0"));
        int to = Math.min(arns.size(), from + PAGE);
        return to < arns.size()
                ? Map.of("taskArns", arns.subList(from, to), "nextToken", "" + to)
                : Map.of("taskArns", arns.subList(Math.min(from, to), to));
    }

    private synchronized Object tag(JsonNode body) {
        var task = tasks.get(body.path("resourceArn").asString());
        if (task == null || (task.hasEnded(Instant.now()) && !takesTagsOfStopped)) {
            throw new Refused("InvalidParameterException", "The task is not running.");
        }
        task.tag(pairs(body.path("tags"), "key"));
        return Map.of();
    }

    private synchronized Object logEvents(JsonNode body) {
        var id = body.path("logStreamName").asString().replaceAll(".*/", "");
        var now = Instant.now();
        var lines =
                tasks.values().stream()
                        .filter(task -> task.arn().endsWith("/" + id))
                        .flatMap(task -> task.output(now).stream())
                        .filter(line -> !now.isBefore(line.at().plus(ingestion)))
                        .toList();
        if (lines.isEmpty()) {
            throw new Refused(
                    "ResourceNotFoundException", "The specified log stream does not exist.");
        }
        int from = Integer.parseInt(body.path("nextToken").asString("f/0").substring(2));
        int to = Math.min(lines.size(), from + LOG_PAGE);
        var events =
                lines.subList(from, to).stream()
                        .map(line ->
                                Map.of(
                                        "timestamp", line.at().toEpochMilli(),
                                        "message", line.text()))
                        .toList();
        return Map.of(
                "events", events, "nextForwardToken", "f/" + to, "nextBackwardToken", "b/" + from);
    }
}
