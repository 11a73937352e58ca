package dev.kohakku.dispatcher.agent;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.blob.BlobStore;
import dev.kohakku.common.blob.BlobTooLargeException;
import dev.kohakku.dispatcher.web.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Takes results in, a few at once: each holds a part of the object store's size in memory, so that
 * many agents together would exhaust the heap. Thread-safe.
 */
final class ResultUploads {

    private final BlobStore blobs;
    private final long mostBytes;
    private final Semaphore slots;
    private final Duration patience;

    ResultUploads(BlobStore blobs, AgentSettings settings) {
        this.blobs = blobs;
        this.mostBytes = settings.mostResultSize().toBytes();
        this.slots = new Semaphore(settings.mostUploads(), true);
        this.patience = settings.uploadPatience();
    }

    /** No slot came free: the agent is to try again. */
    static final class FullException extends RuntimeException {

        private FullException() {
            super("too many results are being stored now");
        }
    }

    /**
     * Stores a result, replacing one of the same name. Blocks.
     *
     * @param length as the caller has announced it, -1 for unknown
     * @throws Problem 413 when it is too large
     * @throws FullException when no slot came free
     * @throws IOException when the store failed or the body ended early
     */
    void put(BlobKey key, long length, InputStream body, String contentType) throws IOException {
        if (length > mostBytes) {
            throw Problem.tooLarge(mostBytes);
        }
        take();
        try {
            blobs.put(key, body, contentType, mostBytes);
        } catch (BlobTooLargeException tooLarge) {
            throw Problem.tooLarge(mostBytes);
        } finally {
            slots.release();
        }
    }

    private void take() {
        try {
            if (!slots.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new FullException();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new FullException();
        }
    }
}
