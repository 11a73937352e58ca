package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.dispatcher.backend.StartPermitContract;
import org.junit.jupiter.api.Tag;

/** Against a real cluster, by {@code make cluster}. */
@Tag("cluster")
class ClusterStartPermitTest extends StartPermitContract {

    ClusterStartPermitTest() {
        super(new ClusterUnderTest());
    }
}
