package dev.kohakku.common.queue.redis;

import java.util.List;
import org.springframework.data.redis.core.script.DefaultRedisScript;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * The steps of the live log. An attempt has three keys: a hash with {@code epoch}, the {@code last}
 * numbers and {@code order}, and one stream for each output stream, whose entry ids are the line
 * numbers. Two streams and not one, so that a position in either is found exactly however the lines
 * were interleaved.
 */
final class LiveLogScripts {

    private LiveLogScripts() {}

    /**
     * KEYS hash, stdout, stderr; ARGV epoch, most entries and most bytes of a stream, life in
     * seconds, then for each line 1 or 2, number, time, text. A stream that grew too large loses
     * its older half. Answers 0 when the epoch is not current.
     */
    static final RedisScript<Long> APPEND =
            new DefaultRedisScript<>(
                    """
                    local epoch = tonumber(redis.call('HGET', KEYS[1], 'epoch') or '0')
                    if tonumber(ARGV[1]) < epoch then return 0 end
                    local last = {
                      tonumber(redis.call('HGET', KEYS[1], 'last1') or '0'),
                      tonumber(redis.call('HGET', KEYS[1], 'last2') or '0')}
                    local order = tonumber(redis.call('HGET', KEYS[1], 'order') or '0')
                    for i = 5, #ARGV, 4 do
                      local stream = tonumber(ARGV[i])
                      local number = tonumber(ARGV[i + 1])
                      if number > last[stream] then
                        order = order + 1
                        redis.call('XADD', KEYS[stream + 1], 'MAXLEN', '~', ARGV[2],
                          ARGV[i + 1] .. '-0', 'o', order, 'at', ARGV[i + 2], 't', ARGV[i + 3])
                        last[stream] = number
                      end
                    end
                    redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'order', order,
                      'last1', string.format('%.0f', last[1]), 'last2', string.format('%.0f', last[2]))
                    for i = 1, 3 do
                      redis.call('EXPIRE', KEYS[i], ARGV[4])
                      if i > 1 then
                        local size = redis.call('MEMORY', 'USAGE', KEYS[i], 'SAMPLES', 5)
                        if size and size > tonumber(ARGV[3]) then
                          redis.call('XTRIM', KEYS[i], 'MAXLEN',
                            math.floor(redis.call('XLEN', KEYS[i]) / 2))
                        end
                      end
                    end
                    return 1
                    """,
                    Long.class);

    /**
     * KEYS stdout, stderr; ARGV first number wanted of each, most of each. Answers for each stream
     * a list of {id, fields}.
     */
    @SuppressWarnings("rawtypes") // why: a class literal has no type argument
    static final RedisScript<List> AFTER =
            new DefaultRedisScript<>(
                    """
                    return {redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[3]),
                      redis.call('XRANGE', KEYS[2], ARGV[2], '+', 'COUNT', ARGV[3])}
                    """,
                    List.class);

    /** KEYS stdout, stderr; ARGV first number kept of each. */
    static final RedisScript<Long> TRIM =
            new DefaultRedisScript<>(
                    """
                    return redis.call('XTRIM', KEYS[1], 'MINID', ARGV[1])
                      + redis.call('XTRIM', KEYS[2], 'MINID', ARGV[2])
                    """,
                    Long.class);
}
