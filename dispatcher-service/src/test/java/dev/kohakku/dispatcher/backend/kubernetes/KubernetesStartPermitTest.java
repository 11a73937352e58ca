package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.dispatcher.backend.StartPermitContract;

class KubernetesStartPermitTest extends StartPermitContract {

    KubernetesStartPermitTest() {
        super(new KubernetesUnderTest());
    }
}
