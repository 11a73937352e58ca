package dev.kohakku.e2e.race;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.json.JsonMapper;

/** Tasks that run a moment and, now and then, go wrong in one of the ways a backend knows. */
final class RandomTask {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final List<Map<String, String>> FAULTS =
            List.of(
                    Map.of("MOCK_EXIT_CODE", "1"),
                    Map.of("MOCK_OUT_OF_MEMORY", "true"),
                    Map.of("MOCK_VANISH", "true"),
                    Map.of("MOCK_LOSE_START_REPLY", "true"),
                    Map.of("MOCK_START_ERROR", "START_REFUSED"),
                    Map.of("MOCK_LINES", "300"));

    private final Random random;

    /**
     * @param seed the same tasks again; the kills come at other moments all the same
     */
    RandomTask(long seed) {
        this.random = new Random(seed);
    }

    /** The next body of {@code POST /tasks}. */
    String next() {
        var env = new HashMap<String, String>();
        env.put("MOCK_RUN_FOR", "PT%.3fS".formatted(random.nextDouble() * 2));
        if (random.nextInt(3) == 0) {
            env.putAll(FAULTS.get(random.nextInt(FAULTS.size())));
        }
        return JSON.writeValueAsString(
                Map.of(
                        "name",
                        "race",
                        "image",
                        "mock:1",
                        "env",
                        env,
                        "max_attempts",
                        1 + random.nextInt(4),
                        // why: longer than any of them runs, shorter than a dispatcher may be away.
                        "timeout_seconds",
                        5,
                        "runtime_target",
                        Map.of("type", "ecs")));
    }

    /** Whether this one is cancelled. */
    boolean isCancelled() {
        return random.nextInt(20) == 0;
    }
}
