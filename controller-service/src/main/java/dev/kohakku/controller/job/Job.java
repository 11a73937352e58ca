package dev.kohakku.controller.job;

import dev.kohakku.controller.role.Roles;
import java.time.Duration;

/**
 * Work that is due again and again. A bean of this type is done by workers of its queue, once
 * across all processes.
 *
 * @param name by which all processes know it, such as {@code idempotency-key-remover}
 * @param queue whose workers do it
 * @param interval from the end of a run to the next
 * @param step one round of it
 */
public record Job(String name, Roles.Queue queue, Duration interval, Step step) {

    /** One round of the work. */
    @FunctionalInterface
    public interface Step {

        /**
         * Does a bounded amount of work; may block, and is interrupted when the process stops. Must
         * allow that another process does the same at once: that happens after a pause.
         *
         * @return whether more is waiting, so that the next round should follow soon
         */
        boolean run();
    }

    /** A job that cleans up. */
    public static Job cleanup(String name, Duration interval, Step step) {
        return new Job(name, Roles.Queue.CLEANUP, interval, step);
    }
}
