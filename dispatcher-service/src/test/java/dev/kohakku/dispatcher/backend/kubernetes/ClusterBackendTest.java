package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.dispatcher.backend.ContainerBackendContract;
import org.junit.jupiter.api.Tag;

/** Against a real cluster, by {@code make cluster}. */
@Tag("cluster")
class ClusterBackendTest extends ContainerBackendContract {

    ClusterBackendTest() {
        super(new ClusterUnderTest());
    }
}
