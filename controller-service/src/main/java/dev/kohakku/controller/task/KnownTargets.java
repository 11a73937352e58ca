package dev.kohakku.controller.task;

import dev.kohakku.common.task.RuntimeTarget;

/** Which targets the installation has ever had dispatchers for. Implemented by the fleet. */
@FunctionalInterface
public interface KnownTargets {

    /**
     * Whether a task with this target may wait for a dispatcher: one that could take it has once
     * been there, or none at all has been there yet. Blocks on Postgres.
     */
    boolean mayBeServed(RuntimeTarget target);
}
