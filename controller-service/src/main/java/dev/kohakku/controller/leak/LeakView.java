package dev.kohakku.controller.leak;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kohakku.common.task.RuntimeType;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A leak as clients see it.
 *
 * @param id of this entry; what it looks like may change
 * @param scope null where it is not known
 * @param containerId the backend's own name of it; null where it is not known
 * @param reportedBy the dispatcher whose inventory showed it last; null where none did
 * @param firstSeenAt of {@code UNVERIFIED} the attempt's end, of {@code STUCK} the deadline
 * @param ageSeconds until now, or until it was resolved
 * @param resolvedBy who closed it; null where the platform settled it
 * @param note what whoever closed it has written to it
 * @param message the same for a person
 */
record LeakView(
        String id,
        LeakKind kind,
        @Nullable String scope,
        RuntimeType runtimeType,
        UUID taskId,
        int attempt,
        @Nullable String containerId,
        @Nullable String reportedBy,
        Instant firstSeenAt,
        Instant lastSeenAt,
        long ageSeconds,
        @Nullable Instant resolvedAt,
        @Nullable Resolution resolution,
        @Nullable String resolvedBy,
        @Nullable String note,
        Action action,
        String message) {

    /** What settled a leak. */
    enum Resolution {
        /** An inventory of the scope lacks the container. */
        @JsonProperty("container_gone")
        CONTAINER_GONE("the container is gone"),
        /** An inventory has the container, which is dangling from then on. */
        @JsonProperty("container_found")
        CONTAINER_FOUND("the container was found, see its DANGLING entry"),
        /** An inventory has the container of the running attempt again. */
        @JsonProperty("seen_again")
        SEEN_AGAIN("the container was seen again"),
        /** The attempt runs no more. */
        @JsonProperty("attempt_ended")
        ATTEMPT_ENDED("the attempt has ended"),
        /** The attempt was unknown and is the current one now. */
        @JsonProperty("attempt_current")
        ATTEMPT_CURRENT("the attempt is known and current again"),
        /** A person has closed it, without anybody having searched. */
        @JsonProperty("acknowledged")
        ACKNOWLEDGED("closed by hand");

        private final String words;

        Resolution(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** What the Controller does about a leak. */
    enum Action {
        /** Nothing: it is not a container's, or it is resolved. */
        @JsonProperty("none")
        NONE,
        /** Its destruction will be ordered once it is old enough. */
        @JsonProperty("will_destroy")
        WILL_DESTROY,
        /** The same, but for {@code kohakku.leak.dry-run}. */
        @JsonProperty("would_destroy")
        WOULD_DESTROY,
        /** Whoever searches the scope has been told to destroy it. */
        @JsonProperty("destroy_ordered")
        DESTROY_ORDERED
    }
}
