package dev.kohakku.common.queue.redis;

import dev.kohakku.common.queue.DeadLetter;
import dev.kohakku.common.queue.QueueUnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.List;
import java.util.function.Function;

/**
 * The dead letters of a queue, a stream whatever the queue itself is: {@link BuriedEntry} says how
 * they look.
 *
 * @param key of the stream
 */
record DeadLetters(QueueConnection connection, String key) {

    /** The oldest, up to so many; they stay. */
    List<DeadLetter> read(int most) {
        List<Object> found =
                call(
                        "XRANGE " + key,
                        commands ->
                                commands.eval(
                                        QueueScripts.DEAD_LETTERS,
                                        ScriptOutputType.MULTI,
                                        new String[] {key},
                                        Integer.toString(most)));
        return found.stream().map(letter -> letter((List<?>) letter)).toList();
    }

    private static DeadLetter letter(List<?> parts) {
        return BuriedEntry.read((String) parts.get(0), (List<?>) parts.get(1));
    }

    void forget(DeadLetter letter) {
        var _ = call("XDEL " + key, commands -> commands.xdel(key, letter.id()));
    }

    private <T> T call(
            String what,
            Function<RedisClusterAsyncCommands<String, String>, RedisFuture<T>> command) {
        try {
            return connection.call(what, command);
        } catch (RedisCommandExecutionException refused) {
            throw new QueueUnavailableException(
                    "Redis refused a command on " + key + ": " + refused.getMessage(), refused);
        }
    }
}
