package dev.kohakku.dispatcher.backend.mock;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerBackendContract;
import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class MockBackendTest extends ContainerBackendContract {

    MockBackendTest() {
        super(new MockUnderTest());
    }

    @Test
    void aLostReplyHasItsEffectOnce() throws InterruptedException {
        var engine = new MockEngine(Instant::now);
        var backend = new MockBackend(engine, "test");
        var spec =
                ContainerSpecs.spec()
                        .runs(under().sleeps())
                        .env("MOCK_LOSE_START_REPLY", "true")
                        .build();
        var lost =
                catchThrowableOfType(
                        BackendException.class, () -> backend.start(spec, YES, StartProgress.NONE));
        assertThat(lost.isUnknown()).isTrue();
        assertThat(backend.find(spec.attempt()))
                .contains(backend.start(spec, YES, StartProgress.NONE));
        assertThat(engine.created()).isEqualTo(1);
    }

    @Test
    void itLivesByTheClockItWasGiven() throws InterruptedException {
        var now = new AtomicReference<>(Instant.EPOCH);
        var backend = new MockBackend(new MockEngine(now::get), "test");
        var handle =
                backend.start(
                        ContainerSpecs.spec().runs(under().runs(Duration.ofDays(1))).build(),
                        YES,
                        StartProgress.NONE);
        assertThat(backend.inspect(handle)).isInstanceOf(ContainerStatus.Running.class);
        now.set(Instant.EPOCH.plus(Duration.ofDays(1)));
        assertThat(backend.awaitExit(handle)).isInstanceOf(ContainerStatus.Exited.class);
    }

    @Test
    void whatVanishesIsMissingAtItsEnd() throws InterruptedException {
        var backend = new MockBackend(new MockEngine(Instant::now), "test");
        var handle =
                backend.start(
                        ContainerSpecs.spec()
                                .runs(under().runs(Duration.ofMillis(20)))
                                .env("MOCK_VANISH", "true")
                                .build(),
                        YES,
                        StartProgress.NONE);
        assertThat(backend.awaitExit(handle)).isInstanceOf(ContainerStatus.Missing.class);
    }
}
