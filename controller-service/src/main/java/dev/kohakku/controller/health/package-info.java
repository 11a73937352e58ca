/**
 * Whether this process is alive, and whether it can do its work now.
 *
 * <p><b>Parts.</b> {@code HealthApi} ({@code /health/}, {@code /ready/}), {@code Readiness} (asks
 * Postgres, Redis and the object store at once, each within a bounded time).
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.kohakku.controller.health;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
