package dev.kohakku.dispatcher.backend.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DockerEngineTest {

    @Test
    void theEnginesSentenceIsTakenOutOfItsAnswer() {
        assertThat(DockerEngine.words("Status 404: {\"message\":\"No such image: a:b\"}\n"))
                .isEqualTo("No such image: a:b");
    }

    @Test
    void escapesAreReadAsJsonHasThem() {
        assertThat(DockerEngine.words("{\"message\":\"a \\\"b\\\" \\\\n \\u00e9\\tc\"}"))
                .isEqualTo("a \"b\" \\n é\tc");
    }

    @Test
    void aSentenceOfAnyLengthIsRead() {
        var words = "\\\"x".repeat(500_000);

        assertThat(DockerEngine.words("Status 400: {\"message\":\"" + words + "\"}"))
                .isEqualTo("\"x".repeat(500_000));
    }

    @Test
    void whatIsNoJsonIsTakenAsItIs() {
        assertThat(DockerEngine.words("Status 502: <html>{bad} gateway"))
                .isEqualTo("Status 502: <html>{bad} gateway");
        assertThat(DockerEngine.words("{\"message\":{}}")).isEqualTo("{\"message\":{}}");
        assertThat(DockerEngine.words("{".repeat(100_000))).isEqualTo("{".repeat(100_000));
    }
}
