package dev.kohakku.controller.role;

import dev.kohakku.common.loop.BackgroundLoop;

/**
 * A loop of processes that work in the background and take work of its queue.
 *
 * @param loop not started
 * @param queue what kind of work it does
 */
public record WorkerLoop(BackgroundLoop loop, Roles.Queue queue) implements RoleLoop {

    @Override
    public boolean runsAs(Roles roles) {
        return roles.works(queue);
    }
}
