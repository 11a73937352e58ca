/** The queue on Redis Streams: the only users of the Redis client, with the live log. */
@NullMarked
package dev.kohakku.common.queue.redis;

import org.jspecify.annotations.NullMarked;
