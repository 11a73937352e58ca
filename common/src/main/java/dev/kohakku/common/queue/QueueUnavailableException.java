package dev.kohakku.common.queue;

/** The queue's engine could not be reached or refused. Trying again later is the answer. */
public class QueueUnavailableException extends RuntimeException {

    public QueueUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
