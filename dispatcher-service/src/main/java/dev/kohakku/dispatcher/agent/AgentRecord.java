package dev.kohakku.dispatcher.agent;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt's agent has said so far.
 *
 * @param checkedInAt null before its first call
 * @param progress the latest, null for none
 * @param checkBack null for none
 */
public record AgentRecord(
        @Nullable Instant checkedInAt, @Nullable Progress progress, @Nullable CheckBack checkBack) {

    /** Nothing yet. */
    public static final AgentRecord SILENT = new AgentRecord(null, null, null);

    /**
     * How far the agent says it is.
     *
     * @param at when it said so
     * @param percent 0 to 100, null when it does not say
     * @param message for a person
     * @param detail anything more
     */
    public record Progress(
            Instant at,
            @Nullable Integer percent,
            @Nullable String message,
            Map<String, Object> detail) {}
}
