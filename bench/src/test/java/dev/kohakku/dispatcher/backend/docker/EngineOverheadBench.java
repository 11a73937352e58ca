package dev.kohakku.dispatcher.backend.docker;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.WaitResponse;
import dev.kohakku.dispatcher.backend.BackendUnderTest.Program;
import dev.kohakku.dispatcher.backend.ContainerBackend;
import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.StartProgress;
import dev.kohakku.dispatcher.backend.Turns;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What a container costs by way of the backend, against the same four calls to the bare engine: a
 * container that ends at once is made, started, awaited and removed. Both ways take turns, so that
 * a slow moment of the machine meets both.
 */
class EngineOverheadBench {

    private static final List<String> COMMAND = List.of("sh", "-c", "exit 0");

    private final DockerUnderTest under = DockerUnderTest.engine();

    @Test
    void aContainersLife() throws Exception {
        DockerUnderTest.assumeEngine();
        var backend = under.open("bench").containers();
        try (var engine = new DockerEngine(DockerUnderTest.settings(""))) {
            Turns.measure(() -> bare(engine.streams()), () -> byBackend(backend));
        }
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
