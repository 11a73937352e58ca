package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.dispatcher.backend.NoLogsContract;

class EcsNoLogsTest extends NoLogsContract {

    EcsNoLogsTest() {
        super(new EcsUnderTest(new TestingEcs(EcsUnderTest.QUICK), ""));
    }
}
