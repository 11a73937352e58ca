package dev.kohakku.dispatcher.backend.docker;

import static dev.kohakku.dispatcher.backend.StartPermits.NO;
import static dev.kohakku.dispatcher.backend.StartPermits.STOPPED;
import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Event;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.StartForbiddenException;
import dev.kohakku.dispatcher.backend.StartPermitContract;
import dev.kohakku.dispatcher.backend.StartProgress;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DockerStartPermitIT extends StartPermitContract {

    private final Instant begun = InstantSource.system().instant();

    DockerStartPermitIT() {
        super(DockerUnderTest.engine());
    }

    @BeforeAll
    static void needsAnEngine() {
        DockerUnderTest.assumeEngine();
    }

    @Test
    void theEngineItselfSaysThatNothingWasStartedWithoutAPermit() throws Exception {
        var forbidden = spec(under().exits(0));
        var permitted = spec(under().exits(0));

        assertThat(catchThrowable(() -> backend().start(forbidden, NO, StartProgress.NONE)))
                .isInstanceOf(StartForbiddenException.class);
        backend().awaitExit(backend().start(permitted, YES, StartProgress.NONE));

        assertThat(actionsOf(forbidden)).contains("create", "destroy").doesNotContain("start");
        assertThat(actionsOf(permitted)).containsOnlyOnce("start");
    }

    @Test
    void whatAnEarlierOwnerMadeIsMadeAnewSoThatItsLateStartFindsNothing() throws Exception {
        var specs = ContainerSpecs.spec().image(under().image()).runs(under().exits(3));
        assertThat(
                        catchThrowable(
                                () -> backend().start(specs.build(), STOPPED, StartProgress.NONE)))
                .isInstanceOf(InterruptedException.class);
        var earlier = backend().find(specs.build().attempt()).orElseThrow();

        var ours = backend().start(specs.epoch(new Epoch(8)).build(), YES, StartProgress.NONE);
        backend().awaitExit(ours);

        assertThat(catchThrowable(() -> startById(earlier.containerId())))
                .isInstanceOf(NotFoundException.class);
        assertThat(actionsOf(specs.build())).containsOnlyOnce("start");
        assertThat(backend().list()).containsExactly(ours);
    }

    private static void startById(String container) throws IOException {
        try (var engine = new DockerEngine(DockerUnderTest.settings(""))) {
            engine.streams().startContainerCmd(container).exec();
        }
    }

    /** What happened to its container, in the engine's words. */
    private List<String> actionsOf(ContainerSpec spec) throws Exception {
        var actions = new CopyOnWriteArrayList<String>();
        try (var engine = new DockerEngine(DockerUnderTest.settings(""))) {
            engine.streams()
                    .eventsCmd()
                    .withSince("" + begun.getEpochSecond())
                    // why a second on: the engine counts whole ones.
                    .withUntil(
                            "" + InstantSource.system().instant().plusSeconds(1).getEpochSecond())
                    .withContainerFilter(spec.attempt().containerName())
                    .exec(
                            new ResultCallback.Adapter<Event>() {
                                @Override
                                public void onNext(Event event) {
                                    actions.add(event.getAction());
                                }
                            })
                    .awaitCompletion();
        }
        return actions;
    }
}
