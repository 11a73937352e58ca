package dev.kohakku.common.blob;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The object store. Thread-safe; every method blocks. An {@link IOException} leaves the store as it
 * was or the object wholly written, never half: repeating the call is always right.
 */
public interface BlobStore {

    /** Writes an object, replacing one of the same key. Idempotent. */
    void put(BlobKey key, byte[] content, String contentType) throws IOException;

    /**
     * Writes an object of unknown length, replacing one of the same key. Reads {@code content} to
     * its end and leaves closing to the caller. When {@code content} fails or holds more than
     * {@code limit} bytes nothing is stored.
     *
     * @return the number of bytes stored
     * @throws BlobTooLargeException when {@code content} holds more than {@code limit} bytes
     */
    long put(BlobKey key, InputStream content, String contentType, long limit) throws IOException;

    /** Opens an object for reading; the caller closes the stream. Empty when there is none. */
    Optional<InputStream> open(BlobKey key) throws IOException;

    /**
     * The keys that start with {@code prefix}, in lexical order; eventually complete for objects
     * just written.
     */
    List<BlobKey> list(String prefix) throws IOException;

    /** Removes an object. Idempotent: none is fine. */
    void delete(BlobKey key) throws IOException;

    /**
     * A link anybody can read the object by until {@code validity} has passed, at the store's
     * public address. Does not contact the store. Empty when the store has no public address
     * configured.
     */
    Optional<URI> publicLink(BlobKey key, Duration validity);

    /** Fails when the store or the bucket cannot be reached within two seconds. */
    void check() throws IOException;
}
