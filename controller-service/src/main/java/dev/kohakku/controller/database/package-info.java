/**
 * How this process reaches Postgres: directly, through a pooler in transaction mode, at the server
 * of several that is the primary, and for reads at replicas.
 *
 * <p><b>Parts.</b> {@code DatabaseProperties} and {@code DatabaseAddress} (where), {@code
 * ServerConnections} (opens a connection and finds out what it leads to), {@code Pooling} (what was
 * found), {@code BoundedTransactions} and {@code BoundedStatements} (time-outs where a session
 * keeps none), {@link dev.kohakku.controller.database.ReplicaReads} (what may be read elsewhere),
 * {@code Replicas} (where, and whether it is fit), {@code FreshnessFilter} (no client goes back in
 * time), {@code ServerLook} (the server's clock and its room), {@code SchemaReach} (migrates,
 * unless the schema is of a release that this one cannot serve).
 *
 * <p><b>Flow.</b> Each new connection is asked two things in one statement: whether the server's
 * process is the one that was promised at the login (else a pooler is in between), and under which
 * name the server knows the statement just prepared (another name: the pooler carries prepared
 * statements). A direct connection gets its time-outs once, for the session. Behind a pooler
 * nothing of a session may be relied on, so that each transaction begins with them.
 *
 * <p><b>What can go wrong.</b> A pooler that comes in between while the process runs is noticed by
 * the first new connection: at the latest after {@code spring.datasource.hikari.max-lifetime}.
 */
@ApplicationModule(allowedDependencies = {"health", "role"})
@NullMarked
package dev.kohakku.controller.database;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
