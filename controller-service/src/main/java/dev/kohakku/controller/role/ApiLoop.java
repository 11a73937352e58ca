package dev.kohakku.controller.role;

import dev.kohakku.common.loop.BackgroundLoop;

/**
 * A loop of processes that answer the REST API: it runs in all of them at once.
 *
 * @param loop not started
 */
public record ApiLoop(BackgroundLoop loop) implements RoleLoop {

    @Override
    public boolean runsAs(Roles roles) {
        return roles.isApi();
    }
}
