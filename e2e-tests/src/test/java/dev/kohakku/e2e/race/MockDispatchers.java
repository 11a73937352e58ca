package dev.kohakku.e2e.race;

import dev.kohakku.dispatcher.backend.mock.MockEngine;
import dev.kohakku.e2e.cluster.Cluster;
import dev.kohakku.e2e.cluster.DispatcherNode;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Defines {@link MockDispatcher}s of a cluster. */
final class MockDispatchers {

    private MockDispatchers() {}

    /**
     * One on the engine of this JVM; it is not started.
     *
     * @param more settings, which come before the usual ones
     */
    static DispatcherNode define(Cluster cluster, String id, URI engine, Map<String, String> more)
            throws IOException, URISyntaxException {
        var testClasses = Path.of("target", "test-classes").toAbsolutePath();
        var mock =
                Path.of(
                        MockEngine.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI());
        var settings = new HashMap<>(more);
        settings.put(MockDispatcher.ENGINE, engine.toString());
        return cluster.newDispatcher(
                id, List.of(testClasses, mock), MockDispatcher.class, settings);
    }
}
