package dev.kohakku.controller.role;

import dev.kohakku.common.loop.BackgroundLoop;

/**
 * A loop of every process, whatever its roles: it looks after the process itself.
 *
 * @param loop not started
 */
public record ProcessLoop(BackgroundLoop loop) implements RoleLoop {

    @Override
    public boolean runsAs(Roles roles) {
        return true;
    }
}
