package dev.kohakku.controller.role;

import dev.kohakku.common.loop.BackgroundLoop;

/**
 * A loop of this process. A bean of this type is started with the application where the process
 * takes background work of its queue, and closed with it; elsewhere it stands still.
 *
 * @param loop not started
 * @param queue what kind of work it does
 */
public record WorkerLoop(BackgroundLoop loop, Roles.Queue queue) {}
