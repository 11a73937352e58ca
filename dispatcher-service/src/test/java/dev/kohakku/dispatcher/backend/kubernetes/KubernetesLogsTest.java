package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.dispatcher.backend.ContainerLogsContract;

class KubernetesLogsTest extends ContainerLogsContract {

    KubernetesLogsTest() {
        super(new KubernetesUnderTest());
    }
}
