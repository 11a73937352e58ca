package dev.kohakku.dispatcher.backend.mock;

import dev.kohakku.common.task.FailureKind;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a mock container does, read from its own environment, so that faults are data of a task.
 *
 * @param end how it ends
 * @param start how its start goes
 * @param output what it writes
 */
record MockScript(End end, Start start, Output output) {

    /**
     * How it ends.
     *
     * @param runFor {@code MOCK_RUN_FOR}, ISO 8601: by itself after this; {@code forever} for never
     * @param exitCode {@code MOCK_EXIT_CODE}
     * @param outOfMemory {@code MOCK_OUT_OF_MEMORY=true}: as if killed at its limit
     * @param ignoresTerm {@code MOCK_IGNORE_STOP=true}: only KILL ends it early
     * @param vanishes {@code MOCK_VANISH=true}: is gone then, as if removed by somebody else
     */
    record End(
            @Nullable Duration runFor,
            int exitCode,
            boolean outOfMemory,
            boolean ignoresTerm,
            boolean vanishes) {}

    /**
     * How its start goes.
     *
     * @param error {@code MOCK_START_ERROR}, a failure kind: is refused
     * @param losesReply {@code MOCK_LOSE_START_REPLY=true}: the first has its effect and no answer
     * @param blocks {@code MOCK_BLOCK=true}: waits until the engine's gate opens
     */
    record Start(@Nullable FailureKind error, boolean losesReply, boolean blocks) {}

    /**
     * What it writes.
     *
     * @param lines {@code MOCK_LINES}: "line 1" to "line n" and "end" at once; negative for nothing
     * @param slowly {@code MOCK_SLOWLY=true}: "first" at once, and at its end "second" and, on the
     *     other stream, "to stderr"
     */
    record Output(int lines, boolean slowly) {}

    static MockScript of(Map<String, String> env) {
        var runFor = env.getOrDefault("MOCK_RUN_FOR", "PT0S");
        var error = env.get("MOCK_START_ERROR");
        boolean outOfMemory = flag(env, "MOCK_OUT_OF_MEMORY");
        return new MockScript(
                new End(
                        "forever".equals(runFor) ? null : Duration.parse(runFor),
                        number(env, "MOCK_EXIT_CODE", outOfMemory ? 137 : 0),
                        outOfMemory,
                        flag(env, "MOCK_IGNORE_STOP"),
                        flag(env, "MOCK_VANISH")),
                new Start(
                        error == null ? null : FailureKind.valueOf(error),
                        flag(env, "MOCK_LOSE_START_REPLY"),
                        flag(env, "MOCK_BLOCK")),
                new Output(number(env, "MOCK_LINES", -1), flag(env, "MOCK_SLOWLY")));
    }

    private static boolean flag(Map<String, String> env, String name) {
        return Boolean.parseBoolean(env.get(name));
    }

    private static int number(Map<String, String> env, String name, int otherwise) {
        var text = env.get(name);
        return text == null ? otherwise : Integer.parseInt(text);
    }
}
