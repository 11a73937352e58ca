package dev.kohakku.dispatcher.backend.mock;

import dev.kohakku.dispatcher.backend.StartPermitContract;

class MockStartPermitTest extends StartPermitContract {

    MockStartPermitTest() {
        super(new MockUnderTest());
    }
}
