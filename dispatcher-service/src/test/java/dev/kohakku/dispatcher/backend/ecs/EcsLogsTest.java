package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.dispatcher.backend.ContainerLogsContract;

class EcsLogsTest extends ContainerLogsContract {

    EcsLogsTest() {
        super(EcsUnderTest.quick());
    }
}
