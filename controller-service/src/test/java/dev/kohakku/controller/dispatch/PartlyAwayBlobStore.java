package dev.kohakku.controller.dispatch;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.blob.BlobStore;
import dev.kohakku.common.blob.InMemoryBlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A store that does not take keys with a prefix, until it comes back. */
final class PartlyAwayBlobStore implements BlobStore {

    private final InMemoryBlobStore store = new InMemoryBlobStore();
    private final String prefix;
    private volatile boolean away = true;

    PartlyAwayBlobStore(String prefix) {
        this.prefix = prefix;
    }

    void comeBack() {
        away = false;
    }

    @Override
    public void put(BlobKey key, byte[] content, String contentType) throws IOException {
        if (away && key.value().startsWith(prefix)) {
            throw new IOException("told to be away for " + prefix);
        }
        store.put(key, content, contentType);
    }

    @Override
    public long put(BlobKey key, InputStream content, String contentType, long limit)
            throws IOException {
        return store.put(key, content, contentType, limit);
    }

    @Override
    public Optional<InputStream> open(BlobKey key) throws IOException {
        return store.open(key);
    }

    @Override
    public List<BlobKey> list(String keys) throws IOException {
        return store.list(keys);
    }

    @Override
    public void delete(BlobKey key) throws IOException {
        store.delete(key);
    }

    @Override
    public Optional<URI> publicLink(BlobKey key, Duration validity) {
        return store.publicLink(key, validity);
    }

    @Override
    public void check() throws IOException {
        store.check();
    }
}
