package dev.kohakku.dispatcher.backend.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.log.LogLine;
import dev.kohakku.common.log.LogStream;
import dev.kohakku.dispatcher.backend.BackendUnderTest.Program;
import dev.kohakku.dispatcher.backend.ContainerLogsContract;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DockerLogsIT extends ContainerLogsContract {

    DockerLogsIT() {
        super(DockerUnderTest.engine());
    }

    @BeforeAll
    static void needsAnEngine() {
        DockerUnderTest.assumeEngine();
    }

    @Test
    void aLineThatTheEngineCutsIsOneLine() throws InterruptedException {
        var program =
                Program.shell(
                        "yes 0123456789 | head -4000 | { while read l; do printf $l; done; }; echo; echo next");
        var lines = read(started(program)).of(LogStream.STDOUT);
        assertThat(lines).hasSize(2).endsWith("next");
        assertThat(lines.getFirst()).isEqualTo("0123456789".repeat(4000));
    }

    @Test
    void aLineBeyondTheLimitIsSplitTheSameAtEveryReading() throws InterruptedException {
        var handle =
                started(
                        Program.shell(
                                "dd if=/dev/zero bs=1000 count=200 2>/dev/null; echo; echo next"));
        var lines = read(handle).of(LogStream.STDOUT);
        assertThat(lines).hasSize(5).endsWith("next");
        assertThat(lines.subList(0, 3)).allMatch(line -> line.length() == LogLine.LONGEST);
        assertThat(lines.stream().limit(4).mapToInt(String::length).sum()).isEqualTo(200_000);
        assertThat(read(handle).of(LogStream.STDOUT)).isEqualTo(lines);
    }

    @Test
    void whatWasNeverStartedHasNoOutput() throws Exception {
        var handle = started(Program.shell("exit 0"));
        try (var engine = new DockerEngine(DockerUnderTest.settings(""))) {
            var labels =
                    engine.streams()
                            .inspectContainerCmd(handle.containerId())
                            .exec()
                            .getConfig()
                            .getLabels();
            backend().containers().destroy(handle);
            engine.streams()
                    .createContainerCmd(DockerUnderTest.IMAGE.toString())
                    .withName(handle.attempt().containerName())
                    .withEntrypoint("sh", "-c", "echo never")
                    .withLabels(labels)
                    .exec();
        }
        var created = backend().containers().find(handle.attempt()).orElseThrow();

        assertThat(read(created).of(LogStream.STDOUT)).isEmpty();
    }

    @Test
    void bytesThatAreNoTextAreReplaced() throws InterruptedException {
        var lines = read(started(Program.shell("printf 'a\\377b\\nü€😀\\n'"))).of(LogStream.STDOUT);
        assertThat(lines).containsExactly("a\uFFFDb", "ü€😀");
    }

    @Test
    void linesCarryTheEnginesTime() throws InterruptedException {
        var lines = read(started(Program.shell("echo now")));
        assertThat(lines.firstAt())
                .isBetween(
                        Instant.now().minus(Duration.ofMinutes(5)),
                        Instant.now().plus(Duration.ofMinutes(5)));
    }
}
