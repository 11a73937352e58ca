package dev.kohakku.dispatcher.agent;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TaskId;
import java.util.Optional;

/**
 * The keys by which containers are known: {@code <task>.<attempt>.<hash>}. A key says whose it is
 * and can be checked by any replica without asking anybody. Thread-safe.
 */
public final class AgentKeys {

    private final KeyedHash hash;

    /**
     * @param signingKey {@code CALLBACK_SIGNING_KEY}
     */
    public AgentKeys(String signingKey) {
        this.hash = new KeyedHash(signingKey);
    }

    /** The key of an attempt; always the same. */
    public String keyOf(AttemptId attempt) {
        return attempt.task() + "." + attempt.number() + "." + hash.of(said(attempt));
    }

    /** The attempt a key belongs to; empty when the key is not genuine. */
    public Optional<AttemptId> attemptOf(String key) {
        var parts = key.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        return parse(parts[0], parts[1]).filter(attempt -> hash.matches(said(attempt), parts[2]));
    }

    /** Reads an attempt from two texts; empty when they are none. */
    static Optional<AttemptId> parse(String task, String number) {
        try {
            return Optional.of(new AttemptId(TaskId.parse(task), Integer.parseInt(number)));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static String said(AttemptId attempt) {
        return "agent-key:" + attempt;
    }
}
