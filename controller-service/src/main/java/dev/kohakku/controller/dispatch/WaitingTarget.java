package dev.kohakku.controller.dispatch;

import dev.kohakku.common.task.RuntimeTarget;
import org.jspecify.annotations.Nullable;

/**
 * A target that tasks wait for, or have waited for until now.
 *
 * @param key its small key
 * @param reason why they wait, as it was said last; null where nothing held them
 * @param isWaitedFor whether any task still waits
 */
record WaitingTarget(int key, RuntimeTarget target, @Nullable String reason, boolean isWaitedFor) {}
