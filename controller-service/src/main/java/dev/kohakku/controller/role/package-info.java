/** What this process does: answer requests, work in the background, or both. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.kohakku.controller.role;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
