package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.dispatcher.backend.ContainerBackendContract;

class EcsBackendTest extends ContainerBackendContract {

    EcsBackendTest() {
        super(EcsUnderTest.quick());
    }
}
