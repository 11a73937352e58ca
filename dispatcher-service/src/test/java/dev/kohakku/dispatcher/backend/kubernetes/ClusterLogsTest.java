package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.dispatcher.backend.ContainerLogsContract;
import org.junit.jupiter.api.Tag;

/** Against a real cluster, by {@code make cluster}. */
@Tag("cluster")
class ClusterLogsTest extends ContainerLogsContract {

    ClusterLogsTest() {
        super(new ClusterUnderTest());
    }
}
