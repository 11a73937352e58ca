package dev.kohakku.dispatcher.backend.mock;

import dev.kohakku.dispatcher.backend.ContainerLogsContract;

class MockLogsTest extends ContainerLogsContract {

    MockLogsTest() {
        super(new MockUnderTest());
    }
}
