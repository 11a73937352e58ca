package dev.kohakku.controller.role;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import java.util.Locale;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The roles of this process. Background loops are beans in every process, so that tests can tick
 * them, and are started only where they {@linkplain RoleLoop#runsAs belong}.
 *
 * @param active {@code KOHAKKU_ROLES}; every process answers {@code /health/}, {@code /ready/} and
 *     its metrics, whatever it is
 * @param queues {@code WORKER_QUEUES}: which background work a worker takes
 * @param concurrency {@code WORKER_CONCURRENCY}: how many background jobs of each queue it does at
 *     once; its loops run besides
 */
@Validated
@ConfigurationProperties(prefix = "kohakku.roles", ignoreUnknownFields = false)
public record Roles(
        @DefaultValue({"api", "worker"}) @NotEmpty Set<Role> active,
        @DefaultValue({"default", "dispatch", "cleanup"}) @NotEmpty Set<Queue> queues,
        @DefaultValue("4") @Min(1) int concurrency) {

    /** Whether this process answers the REST API. */
    public boolean isApi() {
        return active.contains(Role.API);
    }

    /** Whether this process works in the background. */
    public boolean isWorker() {
        return active.contains(Role.WORKER);
    }

    /** Whether this process takes background work of this queue. */
    public boolean works(Queue queue) {
        return isWorker() && queues.contains(queue);
    }

    /** What a process can do. */
    public enum Role {
        /** Answers the REST API. */
        API,
        /** Works in the background. */
        WORKER
    }

    /** Kinds of background work. */
    public enum Queue {
        /** Announcing ends, starting workflows, watching deadlines. */
        DEFAULT,
        /** From accepted to on the queue. */
        DISPATCH,
        /** Rescue and removal. */
        CLEANUP;

        /** What {@code WORKER_QUEUES} calls it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
