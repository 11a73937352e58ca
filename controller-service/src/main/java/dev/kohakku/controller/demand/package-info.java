/**
 * How much a pool has to do and who is there to do it: what autoscaling needs.
 *
 * <p><b>Parts.</b> {@code DemandStore} (what waits and runs, from Postgres), {@code Demands} (with
 * the fleet beside it), {@code DemandApi}, {@code DemandMetrics}.
 *
 * <p><b>What can go wrong.</b> Numbers are of one moment and counted no further than {@code
 * DemandStore.MOST_COUNTED} for each target: then {@code capped} says that there are more. The
 * length of a stream is never asked: it is kept short on purpose, and says nothing of the backlog.
 */
@ApplicationModule(allowedDependencies = {"task", "fleet", "access", "web", "role"})
@NullMarked
package dev.kohakku.controller.demand;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
