package dev.kohakku.dispatcher.backend.mock;

import dev.kohakku.dispatcher.backend.ContainerBackendContract;

class RemoteMockBackendTest extends ContainerBackendContract {

    RemoteMockBackendTest() {
        super(new RemoteMockUnderTest());
    }
}
