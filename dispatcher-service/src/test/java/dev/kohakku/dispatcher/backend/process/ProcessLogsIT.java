package dev.kohakku.dispatcher.backend.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.log.LogStream;
import dev.kohakku.dispatcher.backend.ContainerLogsContract;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessLogsIT extends ContainerLogsContract {

    private final ProcessesUnderTest under = (ProcessesUnderTest) under();

    ProcessLogsIT() {
        super(new ProcessesUnderTest());
    }

    @Test
    void whatWasNeverStartedHasNoOutput() throws Exception {
        var handle = started(under.exits(0));
        backend().containers().awaitExit(handle);
        try (var tree = Files.walk(under.root(), 2)) {
            var directory =
                    tree.filter(path -> path.endsWith(handle.containerId())).findFirst().get();
            for (var file : List.of("exit", "identity", "supervised")) {
                Files.delete(directory.resolve(file));
            }
        }
        assertThat(backend().containers().inspect(handle))
                .isInstanceOf(ContainerStatus.Created.class);

        assertThat(read(handle).of(LogStream.STDOUT)).isEmpty();
    }
}
