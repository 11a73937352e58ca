package dev.kohakku.common.blob;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** A store in memory that can be told to fail. Thread-safe. */
public final class InMemoryBlobStore implements BlobStore {

    private final ConcurrentSkipListMap<String, byte[]> objects = new ConcurrentSkipListMap<>();
    private volatile boolean away;
    private volatile String publicEndpoint = "";

    /** From now on every call fails, or works again. */
    public void setAway(boolean away) {
        this.away = away;
    }

    /** Gives it a public address; the empty text takes it away. */
    public void setPublicEndpoint(String endpoint) {
        publicEndpoint = endpoint;
    }

    @Override
    public void put(BlobKey key, byte[] content, String contentType) throws IOException {
        check();
        objects.put(key.value(), content.clone());
    }

    @Override
    public long put(BlobKey key, InputStream content, String contentType, long limit)
            throws IOException {
        check();
        var bytes = content.readNBytes(Math.toIntExact(Math.min(limit + 1, Integer.MAX_VALUE - 8)));
        if (bytes.length > limit) {
            throw new BlobTooLargeException(key, limit);
        }
        objects.put(key.value(), bytes);
        return bytes.length;
    }

    @Override
    public Optional<InputStream> open(BlobKey key) throws IOException {
        check();
        return Optional.ofNullable(objects.get(key.value())).map(ByteArrayInputStream::new);
    }

    @Override
    public List<BlobKey> list(String prefix) throws IOException {
        check();
        return objects.keySet().stream()
                .filter(key -> key.startsWith(prefix))
                .map(BlobKey::new)
                .toList();
    }

    @Override
    public void delete(BlobKey key) throws IOException {
        check();
        objects.remove(key.value());
    }

    @Override
    public Optional<URI> publicLink(BlobKey key, Duration validity) {
        return publicEndpoint.isEmpty()
                ? Optional.empty()
                : Optional.of(URI.create(publicEndpoint + "/" + key + "?for=" + validity));
    }

    @Override
    public void check() throws IOException {
        if (away) {
            throw new IOException("object store: told to be away");
        }
    }
}
