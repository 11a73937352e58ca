package dev.kohakku.e2e;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Bodies of {@code POST /tasks}. */
final class TaskBodies {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private TaskBodies() {}

    /** A shell script in the test image. */
    static String shell(String script) {
        return shell(script, Map.of());
    }

    /** A shell script in the test image, with more fields. */
    static String shell(String script, Map<String, ?> fields) {
        var body = new LinkedHashMap<String, Object>();
        body.put("name", "e2e");
        body.put("image", Engine.IMAGE);
        body.put("command", List.of("/bin/sh", "-c", script));
        body.putAll(fields);
        return JSON.writeValueAsString(body);
    }

    /**
     * An agent in shell: checks in, reads its brief, reports progress, stores a result, checks
     * back.
     */
    static String agent() {
        var script =
                """
                call() { wget -q -O - --header "X-Agent-Key: $KOHAKKU_AGENT_KEY" "$@"; }
                call --post-data '{}' "$KOHAKKU_DISPATCHER_URL/agent/checkin" || exit 11
                wget -q -O /tmp/brief "$KOHAKKU_BRIEF_URL" || exit 12
                echo "$KOHAKKU_BRIEF_SHA256  /tmp/brief" | sha256sum -c || exit 13
                call --post-data '{"percent": 50, "message": "half way"}' "$KOHAKKU_DISPATCHER_URL/agent/progress" || exit 14
                KEY=$(call --post-data 'forty-two' "$KOHAKKU_DISPATCHER_URL/agent/results/answer.txt" | sed 's/.*"result_key":"\\([^"]*\\)".*/\\1/')
                call --post-data "{\\"status\\": \\"completed\\", \\"result_key\\": \\"$KEY\\", \\"result_metadata\\": {\\"answer\\": 42}}" \\
                    "$KOHAKKU_DISPATCHER_URL/agent/checkback" || exit 15
                """;
        return shell(script, Map.of("completion", "agent", "instructions", "Find the answer."));
    }
}
