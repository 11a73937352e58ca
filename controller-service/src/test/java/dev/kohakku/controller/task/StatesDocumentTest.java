package dev.kohakku.controller.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StatesDocumentTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "states.md");

    @Test
    void theDocumentShowsTheTableOfTheCode() throws IOException {
        assertThat(Files.readString(DOCUMENT))
                .as("docs/states.md is to contain, between its markers:\n%s", generated())
                .contains("<!-- generated from TaskState -->\n" + generated() + "<!-- end -->");
    }

    @Test
    void theDocumentSaysWhoWatchesEachState() throws IOException {
        for (var state : TaskState.values()) {
            assertThat(Files.readString(DOCUMENT)).contains("| `" + state + "` | ");
        }
    }

    private static String generated() {
        var diagram =
                Arrays.stream(TaskState.values())
                        .flatMap(from ->
                                from.next().stream().map(to -> "    " + from + " --> " + to + "\n"))
                        .collect(Collectors.joining());
        var table =
                Arrays.stream(TaskState.values())
                        .map(from -> "| " + from + " | " + next(from) + " |\n")
                        .collect(Collectors.joining());
        return "```mermaid\nstateDiagram-v2\n    [*] --> PENDING\n"
                + diagram
                + "```\n\n| from | to |\n|---|---|\n"
                + table;
    }

    private static String next(TaskState from) {
        return from.isTerminal()
                ? "nothing: the end"
                : from.next().stream().map(Enum::name).collect(Collectors.joining(", "));
    }
}
