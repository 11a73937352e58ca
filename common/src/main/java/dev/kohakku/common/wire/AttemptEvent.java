package dev.kohakku.common.wire;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Something that happened to an attempt, for its timeline. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = AttemptEvent.Backend.class, name = "backend"),
    @JsonSubTypes.Type(value = AttemptEvent.Starting.class, name = "starting"),
    @JsonSubTypes.Type(value = AttemptEvent.Running.class, name = "running"),
    @JsonSubTypes.Type(value = AttemptEvent.CheckedIn.class, name = "agent_checked_in"),
    @JsonSubTypes.Type(value = AttemptEvent.Progress.class, name = "progress")
})
public sealed interface AttemptEvent {

    /** When, by the dispatcher's clock. */
    Instant at();

    /**
     * A step of the backend, or its own words: pull begun, pulled, container created, signal sent.
     *
     * @param step a stable word, such as {@code pulling}, {@code pulled}, {@code created}, {@code
     *     term_sent}, {@code kill_sent}, {@code gone}
     * @param message for a person; up to 2,000 characters
     */
    record Backend(Instant at, String step, String message) implements AttemptEvent {}

    /**
     * The engine is asked next to start the container. The owner sends this and waits until it is
     * taken, on a backend whose engine forgets containers that others remove. From then on a
     * container that cannot be found may have run: {@link Claimed#startAskedAt} says so to later
     * owners, and it is never made again. Not part of the timeline.
     */
    record Starting(Instant at) implements AttemptEvent {}

    /**
     * The container runs.
     *
     * @param containerId the backend's name of it
     * @param scope what it can be reached through
     */
    record Running(Instant at, String containerId, String scope) implements AttemptEvent {}

    /** The agent in the container has called. */
    record CheckedIn(Instant at) implements AttemptEvent {}

    /**
     * The agent says how far it is.
     *
     * @param percent 0 to 100, null when it does not say
     * @param message up to 2,000 characters
     * @param detail anything more; up to 16 KiB of JSON
     */
    record Progress(
            Instant at,
            @Nullable Integer percent,
            @Nullable String message,
            Map<String, Object> detail)
            implements AttemptEvent {}
}
