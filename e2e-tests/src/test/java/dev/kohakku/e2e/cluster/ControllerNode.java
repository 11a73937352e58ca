package dev.kohakku.e2e.cluster;

import dev.kohakku.e2e.proxy.BytesProxy;
import java.io.IOException;
import java.net.URI;

/**
 * A Controller and its ways to others.
 *
 * @param process the process
 * @param url where it is reached directly
 * @param redis its way to Redis
 * @param postgres its way to Postgres
 */
public record ControllerNode(ServiceProcess process, URI url, BytesProxy redis, BytesProxy postgres)
        implements AutoCloseable {

    /** Forgets every trap on its ways. */
    public void disarmAll() {
        redis.disarmAll();
        postgres.disarmAll();
    }

    @Override
    public void close() throws IOException {
        process.close();
        redis.close();
        postgres.close();
    }
}
