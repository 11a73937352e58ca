package dev.kohakku.dispatcher.backend.docker;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.WaitResponse;
import dev.kohakku.dispatcher.backend.BackendUnderTest.Program;
import dev.kohakku.dispatcher.backend.ContainerBackend;
import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.StartProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/**
 * What a container costs by way of the backend, against the same four calls to the bare engine: a
 * container that ends at once is made, started, awaited and removed. Both ways take turns, so that
 * a slow moment of the machine meets both.
 */
class EngineOverheadBench {

    private static final int ROUNDS = 12;
    private static final List<String> COMMAND = List.of("sh", "-c", "exit 0");

    private final DockerUnderTest under = DockerUnderTest.engine();

    @Test
    void aContainersLife() throws Exception {
        DockerUnderTest.assumeEngine();
        var backend = under.open("bench").containers();
        try (var engine = new DockerEngine(DockerUnderTest.settings(""))) {
            System.out.println("| containers at once | bare engine | backend | ratio |");
            System.out.println("|---|---|---|---|");
            for (int atOnce : List.of(1, 8)) {
                measure(atOnce, () -> bare(engine.streams()), () -> byBackend(backend));
            }
        }
    }

    private static void measure(int atOnce, Callable<Void> bare, Callable<Void> backend)
            throws Exception {
        var engineTimes = new ArrayList<Duration>();
        var backendTimes = new ArrayList<Duration>();
        times(atOnce, bare);
        times(atOnce, backend);
        for (int round = 0; round < ROUNDS; round++) {
            engineTimes.add(times(atOnce, bare));
            backendTimes.add(times(atOnce, backend));
        }
        var engineMedian = median(engineTimes);
        var backendMedian = median(backendTimes);
        System.out.printf(
                "| %d | %d ms | %d ms | %.2f |%n",
                atOnce,
                engineMedian.toMillis(),
                backendMedian.toMillis(),
                (double) backendMedian.toNanos() / engineMedian.toNanos());
    }

    private static Duration times(int atOnce, Callable<Void> life) throws Exception {
        long before = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var each : threads.invokeAll(Collections.nCopies(atOnce, life))) {
                each.get();
            }
        }
        return Duration.ofNanos(System.nanoTime() - before);
    }

    private static Duration median(List<Duration> times) {
        return times.stream().sorted().skip(times.size() / 2).findFirst().orElseThrow();
    }

    private static Void bare(DockerClient client) throws InterruptedException {
        var id =
                client.createContainerCmd(DockerUnderTest.IMAGE.toString())
                        .withCmd(COMMAND)
                        .exec()
                        .getId();
        client.startContainerCmd(id).exec();
        client.waitContainerCmd(id)
                .exec(new ResultCallback.Adapter<WaitResponse>())
                .awaitCompletion();
        client.removeContainerCmd(id).withRemoveVolumes(true).exec();
        return null;
    }

    private static Void byBackend(ContainerBackend backend) throws InterruptedException {
        var spec =
                ContainerSpecs.spec()
                        .image(DockerUnderTest.IMAGE)
                        .runs(new Program(COMMAND, Map.of()))
                        .build();
        var handle = backend.start(spec, YES, StartProgress.NONE);
        backend.awaitExit(handle);
        backend.destroy(handle);
        return null;
    }
}
