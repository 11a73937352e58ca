/**
 * Whether this process is alive, and whether it can do its work now.
 *
 * <p><b>Parts.</b> {@code HealthApi} ({@code /health/}, {@code /ready/}), {@code Readiness} (asks
 * everything at once, within a bounded time, and keeps the answers for a second), {@code
 * DatabaseProbe} (does Postgres take writes?), {@link dev.kohakku.controller.health.Dependency}
 * (everything else, named by whoever knows it).
 *
 * <p><b>Ready</b> means: can serve. Heartbeats, claims, ends and submits need Postgres and nothing
 * else, so a balancer must not lose its Controllers when another engine is away: every dispatcher
 * would fall silent at once.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.kohakku.controller.health;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
