package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.dispatcher.backend.ContainerBackendContract;

class KubernetesBackendTest extends ContainerBackendContract {

    KubernetesBackendTest() {
        super(new KubernetesUnderTest());
    }
}
