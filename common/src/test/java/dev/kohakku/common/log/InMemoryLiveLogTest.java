package dev.kohakku.common.log;

class InMemoryLiveLogTest extends LiveLogContract {

    private final InMemoryLiveLog log = new InMemoryLiveLog();

    @Override
    protected LiveLog log() {
        return log;
    }
}
