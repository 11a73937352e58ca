/**
 * Redis: the queue on a stream or a list, live logs, agent state. The only users of the Redis
 * clients.
 *
 * <p><b>Parts.</b> {@code RedisEndpoints} says where, {@code RedisConnections} connects, {@code
 * RedisStreamQueue}, {@code RedisListQueue}, {@code RedisLiveLog} and {@code StateRedis} are what
 * the services use. {@code RedisRoles} looks whether each server is fit for its role, {@code
 * WakeChannel} carries words between processes. {@code RedisAddress} and {@code RedisConnector}
 * hide whether it is one server, one that Sentinels name, or a cluster.
 *
 * <p><b>What can go wrong.</b> A server that restarts or is emptied loses stream and group; the
 * next read creates them again, and the Controller fills them. An entry taken by a process that
 * dies before it hears of it stays pending and is taken over by another. An entry nobody can work
 * on goes to the dead letters instead of round for ever. Of a list: a process that stops after
 * {@code BLMOVE} leaves the entry among those being processed, and whoever has the lease next finds
 * it there; one that is paused past its lease is refused by the script that confirms the move, and
 * the entry goes back.
 */
@NullMarked
package dev.kohakku.common.queue.redis;

import org.jspecify.annotations.NullMarked;
