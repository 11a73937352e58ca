package dev.kohakku.dispatcher.backend.sixth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.dispatcher.backend.ContainerBackendContract;
import dev.kohakku.dispatcher.backend.ContainerLogsContract;
import dev.kohakku.dispatcher.backend.StartPermitContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The boundary is small: a backend that keeps every promise fits on a screen. */
class ThreadBackendTest extends ContainerBackendContract {

    private static final Path SOURCE =
            Path.of("src/test/java/dev/kohakku/dispatcher/backend/sixth/ThreadBackend.java");

    ThreadBackendTest() {
        super(new ThreadsUnderTest());
    }

    /** Lines that say something: a line of imports, of a brace or of nothing is none. */
    @Test
    void itFitsOnAScreen() throws IOException {
        try (var lines = Files.lines(SOURCE)) {
            assertThat(
                            lines.map(String::strip)
                                    .filter(line -> line.length() > 1)
                                    .filter(line -> !line.startsWith("import ")))
                    .hasSizeLessThan(120);
        }
    }

    @Nested
    class Logs extends ContainerLogsContract {
        Logs() {
            super(new ThreadsUnderTest());
        }
    }

    @Nested
    class Permit extends StartPermitContract {
        Permit() {
            super(new ThreadsUnderTest());
        }
    }
}
