package dev.kohakku.standalone.engine;

import java.net.URI;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * An S3 store over a directory, in this JVM, on the loopback interface; checks signatures, also
 * those of signed links. Thread-safe.
 */
public final class EmbeddedObjectStore implements AutoCloseable {

    private static final String BUCKET = "kohakku";
    private static final String HOST = "127.0.0.1";

    /** For tests; a launcher gives its own. */
    private static final String TEST_KEY = "kohakku-test";

    private final S3Proxy server;
    private final FilesystemNio2BlobStore store;
    private final Path directory;
    private final Keys keys;
    private final boolean temporary;

    private EmbeddedObjectStore(
            S3Proxy server,
            FilesystemNio2BlobStore store,
            Path directory,
            Keys keys,
            boolean temporary) {
        this.server = server;
        this.store = store;
        this.directory = directory;
        this.keys = keys;
        this.temporary = temporary;
    }

    /** What a client signs with. */
    public record Keys(String accessKey, String secretKey) {

        @Override
        public String toString() {
            return "Keys[" + accessKey + ", hidden]";
        }
    }

    /** Starts on a free port with keys of its own; {@link #close()} removes the objects. */
    public static EmbeddedObjectStore start() {
        return launch(
                Directories.temporary("objects"),
                0,
                new Keys(TEST_KEY, TEST_KEY + "-secret"),
                true);
    }

    /**
     * Starts over a directory that outlives it.
     *
     * @param port 0 for a free one
     */
    public static EmbeddedObjectStore start(Path directory, int port, Keys keys) {
        return launch(Directories.existing(directory), port, keys, false);
    }

    private static EmbeddedObjectStore launch(
            Path directory, int port, Keys keys, boolean temporary) {
        var store = new FilesystemNio2BlobStore(directory.toString());
        var server =
                S3Proxy.builder()
                        .blobStore(store)
                        .awsAuthentication(
                                AuthenticationType.AWS_V2_OR_V4, keys.accessKey(), keys.secretKey())
                        .endpoint(URI.create("http://" + HOST + ":" + port))
                        .ignoreUnknownHeaders(true)
                        // Without it a stop waits two seconds for idle connections.
                        .stopTimeout(0)
                        .build();
        try {
            server.start();
        } catch (Exception e) {
            throw new EngineException("The object store did not start on port " + port, e);
        }
        if (!store.containerExists(BUCKET)) {
            store.createContainer(BUCKET);
        }
        return new EmbeddedObjectStore(server, store, directory, keys, temporary);
    }

    /** Such as {@code http://127.0.0.1:9000}. */
    public String endpoint() {
        return "http://" + HOST + ":" + port();
    }

    public int port() {
        return server.getPort();
    }

    public String accessKey() {
        return keys.accessKey();
    }

    public String secretKey() {
        return keys.secretKey();
    }

    /** The bucket that is always there. */
    public String bucket() {
        return BUCKET;
    }

    /** Idempotent. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new EngineException("The object store did not stop", e);
        }
        store.close();
        if (temporary) {
            Directories.remove(directory);
        }
    }
}
