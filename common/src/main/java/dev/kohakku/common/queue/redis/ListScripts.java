package dev.kohakku.common.queue.redis;

/**
 * The steps of the list queue, in Lua. Each that takes something compares the lease first: between
 * a check by the client and a command that relies on it the process may have been paused.
 *
 * <p>An element of the lists is {@code <entry id> <fields as JSON>}. The hash {@code held} keeps of
 * each entry that was ever delivered how often and since when: {@code <count> <milliseconds>}.
 */
final class ListScripts {

    private ListScripts() {}

    /** The id in an element; one that something else wrote is its own id. */
    private static final String ID_OF =
            """
            local function id_of(element) return element:match('^(%S+) ') or element end
            local function now()
              local time = redis.call('TIME')
              return time[1] * 1000 + math.floor(time[2] / 1000)
            end
            local function count_of(id)
              return tonumber((redis.call('HGET', KEYS[2], id) or '0 0'):match('^%d+'))
            end
            """;

    /**
     * KEYS list, processing, attempts; ARGV attempt, element for each entry. An attempt that is
     * there already is passed over. Answers how many were added.
     */
    static final String ENQUEUE =
            """
            local added = 0
            for i = 1, #ARGV, 2 do
              local known = redis.call('HGET', KEYS[3], ARGV[i])
              -- why both lists: the mark alone may be left over, and would keep the attempt out for ever
              if not known or not (redis.call('LPOS', KEYS[1], known) or redis.call('LPOS', KEYS[2], known)) then
                redis.call('RPUSH', KEYS[1], ARGV[i + 1])
                redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 1])
                added = added + 1
              end
            end
            return added
            """;

    /**
     * KEYS processing, held, lease; ARGV token, length of the lease in milliseconds. Takes the
     * lease where it is free, renews it where it is ours. Who takes it anew gets what the holder
     * before had in hands: all of it counts as idle from now on. Answers 1 while it is ours, else
     * 0.
     */
    static final String HOLD =
            ID_OF
                    + """
                    local holder = redis.call('GET', KEYS[3])
                    if holder and holder ~= ARGV[1] then return 0 end
                    redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[2])
                    if not holder then
                      for _, element in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
                        local id = id_of(element)
                        redis.call('HSET', KEYS[2], id, count_of(id) .. ' 0')
                      end
                    end
                    return 1
                    """;

    /** KEYS lease; ARGV token. */
    static final String RELEASE =
            """
            if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
            return redis.call('DEL', KEYS[1])
            """;

    /**
     * KEYS processing, held, lease, list; ARGV token, most, and an element that BLMOVE has brought
     * into the processing list, if any. Answers {element, deliveries including this one} for each
     * entry taken. Without the lease nothing is taken, and that element goes back to where it was.
     */
    static final String TAKE =
            ID_OF
                    + """
                    local moved = ARGV[3]
                    if redis.call('GET', KEYS[3]) ~= ARGV[1] then
                      if moved and redis.call('LREM', KEYS[1], -1, moved) > 0 then redis.call('LPUSH', KEYS[4], moved) end
                      return {}
                    end
                    local taken = {}
                    -- why looked for: another holder may have had it, and ended it, since
                    if moved and redis.call('LPOS', KEYS[1], moved) then taken[1] = moved end
                    while #taken < tonumber(ARGV[2]) do
                      local element = redis.call('LMOVE', KEYS[4], KEYS[1], 'LEFT', 'RIGHT')
                      if not element then break end
                      taken[#taken + 1] = element
                    end
                    local answer = {}
                    local at = now()
                    for _, element in ipairs(taken) do
                      local id = id_of(element)
                      local count = count_of(id) + 1
                      redis.call('HSET', KEYS[2], id, count .. ' ' .. string.format('%.0f', at))
                      answer[#answer + 1] = {element, tostring(count)}
                    end
                    return answer
                    """;

    /**
     * KEYS processing, held, lease; ARGV token, idle in milliseconds, most, then the entries to
     * pass over. Answers as {@link #TAKE}. An entry that was moved by a process that stopped before
     * it confirmed has no mark: it gets one, and is idle a while later.
     */
    static final String TAKE_OVER =
            ID_OF
                    + """
                    if redis.call('GET', KEYS[3]) ~= ARGV[1] then return {} end
                    local passed = {}
                    for i = 4, #ARGV do passed[ARGV[i]] = true end
                    local answer = {}
                    local at = now()
                    for _, element in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
                      local id = id_of(element)
                      local mark = redis.call('HGET', KEYS[2], id)
                      local since = mark and tonumber(mark:match('%d+$')) or at
                      if not mark then redis.call('HSET', KEYS[2], id, '0 ' .. string.format('%.0f', at)) end
                      if #answer < tonumber(ARGV[3]) and not passed[id] and at - since >= tonumber(ARGV[2]) then
                        local count = count_of(id) + 1
                        redis.call('HSET', KEYS[2], id, count .. ' ' .. string.format('%.0f', at))
                        answer[#answer + 1] = {element, tostring(count)}
                      end
                    end
                    return answer
                    """;

    /**
     * KEYS processing, held, attempts, dead letters; ARGV entry, attempt (empty where it cannot be
     * read), most dead letters kept, then the words of the letter, none for an entry that is only
     * to go. Answers 1 when it was there.
     */
    static final String END =
            ID_OF
                    + """
                    for _, element in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
                      if id_of(element) == ARGV[1] then
                        if #ARGV > 3 then
                          redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[3], '*', unpack(ARGV, 4))
                        end
                        redis.call('LREM', KEYS[1], 1, element)
                        redis.call('HDEL', KEYS[2], ARGV[1])
                        if redis.call('HGET', KEYS[3], ARGV[2]) == element then
                          redis.call('HDEL', KEYS[3], ARGV[2])
                        end
                        return 1
                      end
                    end
                    return 0
                    """;

    /** KEYS list, processing. */
    static final String DEPTH =
            """
            return redis.call('LLEN', KEYS[1]) + redis.call('LLEN', KEYS[2])
            """;
}
