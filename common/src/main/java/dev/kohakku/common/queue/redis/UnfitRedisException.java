package dev.kohakku.common.queue.redis;

/** The Redis of the queue would lose what it is given. The message is for whoever configured it. */
public class UnfitRedisException extends RuntimeException {

    public UnfitRedisException(String message) {
        super(message);
    }
}
