package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.dispatcher.backend.StartPermitContract;

class EcsStartPermitTest extends StartPermitContract {

    EcsStartPermitTest() {
        super(EcsUnderTest.quick());
    }
}
