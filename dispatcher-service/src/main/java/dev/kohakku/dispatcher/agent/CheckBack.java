package dev.kohakku.dispatcher.agent;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The agent's own word on how it went.
 *
 * @param status required
 * @param resultKey where its result is; up to 500 characters
 * @param resultMetadata anything it says of the result; up to 16 KiB of JSON
 * @param errorMessage for a person; up to 5,000 characters
 */
public record CheckBack(
        @Nullable Status status,
        @Nullable String resultKey,
        @Nullable Map<String, Object> resultMetadata,
        @Nullable String errorMessage) {

    /** How it went. */
    public enum Status {
        @JsonProperty("completed")
        COMPLETED,
        @JsonProperty("failed")
        FAILED
    }
}
