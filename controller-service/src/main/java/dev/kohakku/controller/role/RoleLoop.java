package dev.kohakku.controller.role;

import dev.kohakku.common.loop.BackgroundLoop;

/**
 * A loop of this process. A bean of this type is started with the application where the process has
 * the role the loop belongs to, and closed with it; elsewhere it stands still.
 */
public sealed interface RoleLoop permits WorkerLoop, ApiLoop, ProcessLoop {

    /** The loop; nobody else starts or closes it. */
    BackgroundLoop loop();

    /** Whether a process with these roles runs it. */
    boolean runsAs(Roles roles);
}
