package dev.kohakku.common.queue.redis;

/** A Redis server could not be reached or refused. Trying again later is the answer. */
public class RedisUnavailableException extends RuntimeException {

    public RedisUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
