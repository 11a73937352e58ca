package dev.kohakku.dispatcher.backend.mock;

import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.dispatcher.backend.BackendUnderTest;
import dev.kohakku.dispatcher.backend.ServedBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;

/** The mock behind HTTP; its programs are the mock's own. */
final class RemoteMockUnderTest implements BackendUnderTest {

    private final MockEngine engine = new MockEngine(InstantSource.system());
    private final MockUnderTest mock = new MockUnderTest();

    @Override
    public ServedBackend open(String installation) {
        try {
            var server = MockEngineServer.start(engine, installation);
            return new RemoteMockBackend(server.url(), RuntimeType.ECS).served();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean makesBeforeStart() {
        return true;
    }

    @Override
    public boolean tellsStreamsApart() {
        return true;
    }

    @Override
    public ImageReference image() {
        return mock.image();
    }

    @Override
    public Program exits(int code) {
        return mock.exits(code);
    }

    @Override
    public Program runs(Duration time) {
        return mock.runs(time);
    }

    @Override
    public Program sleeps() {
        return mock.sleeps();
    }

    @Override
    public Program ignoresTerm() {
        return mock.ignoresTerm();
    }

    @Override
    public Program isKilled() {
        return mock.isKilled();
    }

    @Override
    public Program exceedsMemory() {
        return mock.exceedsMemory();
    }

    @Override
    public Program missing() {
        return mock.missing();
    }

    @Override
    public Program prints(int lines) {
        return mock.prints(lines);
    }

    @Override
    public Program printsSlowly() {
        return mock.printsSlowly();
    }
}
