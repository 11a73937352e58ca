/**
 * What this process does: answer requests, work in the background, or both; and how its loops hear
 * from other processes.
 *
 * <p><b>Parts.</b> {@code Roles} says what, {@code RoleLoops} starts the loops of it, {@code Wakes}
 * ends their pauses, whichever process has news for them.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.kohakku.controller.role;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
