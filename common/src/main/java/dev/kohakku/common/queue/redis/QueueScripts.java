package dev.kohakku.common.queue.redis;

/**
 * The steps of the queue that must happen together, in Lua: a stop between two commands would leave
 * an entry acknowledged and undeleted, or buried and still pending.
 */
final class QueueScripts {

    private QueueScripts() {}

    /** KEYS stream; ARGV group, entry. */
    static final String ACKNOWLEDGE =
            """
            redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
            return redis.call('XDEL', KEYS[1], ARGV[2])
            """;

    /**
     * KEYS stream, dead letters; ARGV group, entry, reason, most dead letters kept. The dead letter
     * is the entry's own fields after {@code reason} and {@code entry_id}.
     */
    static final String BURY =
            """
            local found = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2])
            if #found > 0 then
              local letter = {'reason', ARGV[3], 'entry_id', ARGV[2]}
              for _, word in ipairs(found[1][2]) do letter[#letter + 1] = word end
              redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[4], '*', unpack(letter))
            end
            redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
            return redis.call('XDEL', KEYS[1], ARGV[2])
            """;

    /**
     * KEYS dead letters; ARGV most. Answers {letter, words} for each, the oldest first. Not XRANGE
     * by the client: it would make a map of the words, and an entry may have a field {@code reason}
     * of its own.
     */
    static final String DEAD_LETTERS =
            """
            return redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', ARGV[1])
            """;

    /**
     * KEYS stream; ARGV group, consumer, idle in milliseconds, most, then the entries to pass over.
     * Answers {entry, deliveries including this one, fields} for each entry taken over. Not
     * XAUTOCLAIM: before Redis 7 that stumbles over entries deleted while pending and does not tell
     * the number of deliveries.
     */
    static final String TAKE_OVER =
            """
            local held = {}
            for i = 5, #ARGV do held[ARGV[i]] = true end
            local pending = redis.call(
              'XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[3], '-', '+', ARGV[4] + #ARGV - 4)
            local taken = {}
            for _, entry in ipairs(pending) do
              local found = redis.call('XRANGE', KEYS[1], entry[1], entry[1])
              if held[entry[1]] or #taken == tonumber(ARGV[4]) then
                -- somebody's, or more than asked for
              elseif #found == 0 then
                redis.call('XACK', KEYS[1], ARGV[1], entry[1])
              else
                redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3], entry[1])
                taken[#taken + 1] = {entry[1], tostring(entry[4] + 1), found[1][2]}
              end
            end
            return taken
            """;
}
