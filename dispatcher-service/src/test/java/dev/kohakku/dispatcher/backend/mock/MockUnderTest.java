package dev.kohakku.dispatcher.backend.mock;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.dispatcher.backend.BackendUnderTest;
import dev.kohakku.dispatcher.backend.ServedBackend;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** The mock by the clock on the wall. */
final class MockUnderTest implements BackendUnderTest {

    private final MockEngine engine = new MockEngine(InstantSource.system());

    private static Program script(Map<String, String> env) {
        return new Program(List.of(), env);
    }

    @Override
    public ServedBackend open(String installation) {
        return new MockBackend(engine, installation).served();
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
        return ImageReference.parse("mock:1");
    }

    @Override
    public Program exits(int code) {
        return script(Map.of("MOCK_EXIT_CODE", "" + code));
    }

    @Override
    public Program runs(Duration time) {
        return script(Map.of("MOCK_RUN_FOR", time.toString()));
    }

    @Override
    public Program sleeps() {
        return script(Map.of("MOCK_RUN_FOR", "forever"));
    }

    @Override
    public Program ignoresTerm() {
        return script(Map.of("MOCK_RUN_FOR", "forever", "MOCK_IGNORE_STOP", "true"));
    }

    @Override
    public Program isKilled() {
        return exits(137);
    }

    @Override
    public Program exceedsMemory() {
        return script(Map.of("MOCK_OUT_OF_MEMORY", "true"));
    }

    @Override
    public Program missing() {
        return script(Map.of("MOCK_START_ERROR", FailureKind.START_REFUSED.name()));
    }

    @Override
    public Program prints(int lines) {
        return script(Map.of("MOCK_LINES", "" + lines));
    }

    @Override
    public Program printsSlowly() {
        return script(Map.of("MOCK_SLOWLY", "true", "MOCK_RUN_FOR", "PT0.5S"));
    }
}
