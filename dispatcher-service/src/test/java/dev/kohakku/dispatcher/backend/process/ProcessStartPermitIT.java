package dev.kohakku.dispatcher.backend.process;

import static dev.kohakku.dispatcher.backend.StartPermits.NO;
import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.kohakku.dispatcher.backend.BackendUnderTest.Program;
import dev.kohakku.dispatcher.backend.StartForbiddenException;
import dev.kohakku.dispatcher.backend.StartPermitContract;
import dev.kohakku.dispatcher.backend.StartProgress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessStartPermitIT extends StartPermitContract {

    @TempDir private Path traces;

    ProcessStartPermitIT() {
        super(new ProcessesUnderTest());
    }

    @Test
    void thePayloadItselfLeavesNoTraceWithoutAPermit() throws Exception {
        var trace = traces.resolve("ran");
        var spec = spec(Program.shell("echo ran >>" + trace));

        assertThat(catchThrowable(() -> backend().start(spec, NO, StartProgress.NONE)))
                .isInstanceOf(StartForbiddenException.class);
        assertThat(trace).doesNotExist();

        backend().awaitExit(backend().start(spec, YES, StartProgress.NONE));
        assertThat(Files.readAllLines(trace)).containsExactly("ran");
    }
}
