package dev.kohakku.dispatcher.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.wire.Prefetch;
import dev.kohakku.common.wire.PrefetchOutcome;
import dev.kohakku.common.wire.PrefetchOutcome.Result;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ImagePuller;
import dev.kohakku.dispatcher.identity.DispatcherIdentity;
import dev.kohakku.dispatcher.image.FakeImagePuller;
import dev.kohakku.dispatcher.image.ImageSettings;
import dev.kohakku.dispatcher.image.PullGate;
import dev.kohakku.dispatcher.image.PullPolicy;
import dev.kohakku.dispatcher.report.FakeRegistry;
import dev.kohakku.dispatcher.report.PrefetchReports;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.web.client.ResourceAccessException;

@Timeout(30)
class PrefetcherTest {

    static final DispatcherIdentity IDENTITY =
            new DispatcherIdentity("d-1", "instance", URI.create("http://localhost:8080"));

    private static final ImageReference IMAGE = ImageReference.parse("team/tool:1");

    private final FakeImagePuller engine = new FakeImagePuller();
    private final FakeRegistry controller = new FakeRegistry();

    static PullGate gate() {
        var settings =
                new ImageSettings(
                        PullPolicy.IF_NOT_PRESENT,
                        4,
                        Duration.ofMinutes(1),
                        1,
                        Duration.ofMillis(1));
        return new PullGate(settings, InstantSource.system());
    }

    private Prefetcher prefetcher(ImagePuller... engines) {
        return new Prefetcher(gate(), List.of(engines), new PrefetchReports(controller, IDENTITY));
    }

    private static Prefetch prefetch(ImageReference image) {
        return new Prefetch(UUID.randomUUID(), image, null);
    }

    private PrefetchOutcome outcome() {
        await().until(() -> !controller.prefetched().isEmpty());
        return controller.prefetched().getFirst();
    }

    @Test
    void anImageIsPulledAndThatIsTold() {
        var wanted = prefetch(IMAGE);
        engine.let(1);
        prefetcher(engine).begin(List.of(wanted));
        assertThat(outcome())
                .isEqualTo(new PrefetchOutcome("instance", wanted.id(), Result.PULLED, null));
        assertThat(engine.has(IMAGE)).isTrue();
    }

    @Test
    void anImageThatIsThereIsNotPulled() {
        engine.hold(IMAGE);
        prefetcher(engine).begin(List.of(prefetch(IMAGE)));
        assertThat(outcome().result()).isEqualTo(Result.PRESENT);
        assertThat(engine.pulls()).isZero();
    }

    @Test
    void aFailureIsToldInTheEnginesWords() {
        engine.failNext(
                BackendException.refused(FailureKind.IMAGE_NOT_FOUND, "manifest unknown", null));
        engine.let(1);
        prefetcher(engine).begin(List.of(prefetch(IMAGE)));
        assertThat(outcome().result()).isEqualTo(Result.FAILED);
        assertThat(outcome().message()).contains("manifest unknown");
    }

    @Test
    void withoutAnEngineThatKeepsImagesItIsUnsupported() {
        prefetcher().begin(List.of(prefetch(IMAGE)));
        assertThat(outcome().result()).isEqualTo(Result.UNSUPPORTED);
    }

    @Test
    void aRepeatedWishBeginsNothingNew() {
        var prefetcher = prefetcher(engine);
        var wanted = List.of(prefetch(IMAGE));
        prefetcher.begin(wanted);
        await().until(() -> engine.going() == 1);
        prefetcher.begin(wanted);
        engine.let(2);
        outcome();
        assertThat(engine.pulls()).isEqualTo(1);
    }

    @Test
    void oneAfterTheOther() {
        prefetcher(engine)
                .begin(List.of(prefetch(IMAGE), prefetch(ImageReference.parse("team/other:1"))));
        await().until(() -> engine.going() == 1);
        engine.let(2);
        await().until(() -> controller.prefetched().size() == 2);
        assertThat(engine.mostAtOnce()).isEqualTo(1);
    }

    @Test
    void anOutcomeThatWasNotHeardIsToldWhenTheWishIsRepeated() {
        var prefetcher = prefetcher(engine);
        var wanted = List.of(prefetch(IMAGE));
        engine.let(1);
        controller.fail(new ResourceAccessException("away"));
        prefetcher.begin(wanted);
        await().until(() -> controller.prefetched().size() == 1);
        controller.fail(null);
        await().until(() -> {
            prefetcher.begin(wanted);
            return controller.prefetched().size() > 1;
        });
        assertThat(controller.prefetched().getLast().result()).isEqualTo(Result.PRESENT);
    }
}
