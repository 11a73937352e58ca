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
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.StartForbiddenException;
import dev.kohakku.dispatcher.backend.StartPermit;
import dev.kohakku.dispatcher.backend.StartPermitContract;
import dev.kohakku.dispatcher.backend.StartProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
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

        assertThat(actionsOf(forbidden)).containsExactly("create");
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

    @Test
    void aReplacementThatItsOwnerDidNotFinishIsTakenUpAndRunsOnce() throws Exception {
        var specs = ContainerSpecs.spec().image(under().image()).runs(under().exits(3));
        var made = unstarted(specs);
        rename(made, "-next");

        assertThat(backend().find(specs.build().attempt())).contains(made);
        assertThat(unstarted(specs)).as("it has its name again").isEqualTo(made);
        var ours = backend().start(specs.epoch(new Epoch(9)).build(), YES, StartProgress.NONE);
        backend().awaitExit(ours);

        assertThat(backend().list()).containsExactly(ours);
        assertThat(actionsOf(specs.build())).containsOnlyOnce("start");
    }

    @Test
    void anEarlierOneThatItsOwnerStartsDuringTheReplacementIsTheOneThatRuns() throws Exception {
        var specs = ContainerSpecs.spec().image(under().image()).runs(under().exits(3));
        var earlier = unstarted(specs);
        StartPermit late =
                () -> {
                    startById(earlier.containerId());
                    return true;
                };

        var found = backend().start(specs.epoch(new Epoch(8)).build(), late, StartProgress.NONE);
        backend().awaitExit(found);

        assertThat(found).isEqualTo(earlier);
        assertThat(backend().list()).containsExactly(earlier);
    }

    private ContainerHandle unstarted(ContainerSpecs specs) throws InterruptedException {
        assertThat(catchThrowable(() -> backend().start(specs.build(), NO, StartProgress.NONE)))
                .isInstanceOf(StartForbiddenException.class);
        return backend().find(specs.build().attempt()).orElseThrow();
    }

    private static void rename(ContainerHandle container, String suffix) throws IOException {
        try (var engine = new DockerEngine(DockerUnderTest.settings(""))) {
            engine.streams()
                    .renameContainerCmd(container.containerId())
                    .withName(container.attempt().containerName() + suffix)
                    .exec();
        }
    }

    private static void startById(String container) {
        try (var engine = new DockerEngine(DockerUnderTest.settings(""))) {
            engine.streams().startContainerCmd(container).exec();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
