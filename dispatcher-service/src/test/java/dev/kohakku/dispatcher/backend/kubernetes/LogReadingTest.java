package dev.kohakku.dispatcher.backend.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.common.log.LogLine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kubelet sends, in one pass or in several. */
class LogReadingTest {

    private static final String WORDS =
            "unable to retrieve container logs for containerd://0123456789abcdef";

    private final List<String> lines = new ArrayList<>();
    private final LogReading reading =
            new LogReading((stream, at, text) -> lines.add(at + " " + text));

    private void read(String text) throws IOException, InterruptedException {
        reading.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void linesHaveTheTimesTheyWereWrittenAt() throws Exception {
        read(
                """
                2030-01-01T10:00:00.000000001Z one
                2030-01-01T12:00:00.5+02:00 two words

                """
                        .stripTrailing());
        reading.finish();
        assertThat(lines)
                .containsExactly(
                        "2030-01-01T10:00:00.000000001Z one", "2030-01-01T10:00:00.500Z two words");
    }

    @Test
    void aPassThatIsCutAnywhereIsResumedWithoutLossOrRepeat() throws Exception {
        var text =
                """
                2030-01-01T10:00:00.1Z one
                2030-01-01T10:00:01.1Z two
                2030-01-01T10:00:01.2Z three
                2030-01-01T10:00:01.3Z four\
                """;
        var whole = new ArrayList<String>();
        var once = new LogReading((stream, at, line) -> whole.add(at + " " + line));
        once.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        once.finish();
        assertThat(whole).hasSize(4);
        for (int cut = 0; cut < text.length(); cut++) {
            var parts = new ArrayList<String>();
            var resumed = new LogReading((stream, at, line) -> parts.add(at + " " + line));
            try {
                resumed.read(
                        new ByteArrayInputStream(
                                text.substring(0, cut).getBytes(StandardCharsets.UTF_8)));
            } catch (IOException inTheTime) {
                assertThat(inTheTime).hasMessageContaining("2");
            }
            var from = resumed.since().map(since -> text.indexOf(since.substring(0, 19))).orElse(0);
            resumed.read(
                    new ByteArrayInputStream(
                            text.substring(from).getBytes(StandardCharsets.UTF_8)));
            resumed.finish();
            assertThat(parts).as("cut at " + cut).isEqualTo(whole);
            assertThat(resumed.hasGap()).isFalse();
        }
    }

    @Test
    void aLineOfAnyLengthIsHandedOnInPieces() throws Exception {
        var line = "x".repeat(3 * LogLine.LONGEST);
        read("2030-01-01T10:00:00Z " + line);
        assertThat(lines).hasSize(2);
        read("2030-01-01T10:00:00Z " + line + "\n");
        assertThat(lines).hasSize(3).allMatch(each -> each.length() > LogLine.LONGEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "2030-01-01T10:00:00Z one\n", "2030-01-01T10:00:00Z one\n2030-01-01T1"})
    void aPassThatEndsBeforeWhereAnEarlierOneCameToIsNotTheEnd(String pass) throws Exception {
        read("2030-01-01T10:00:00Z one\n2030-01-01T10:00:00Z two");
        assertThatThrownBy(() -> read(pass)).isInstanceOf(IOException.class);
        read("2030-01-01T10:00:00Z one\n2030-01-01T10:00:00Z two!\n");
        assertThat(lines).containsExactly("2030-01-01T10:00:00Z one", "2030-01-01T10:00:00Z two!");
    }

    /** From this second on it is read again, and so counted. */
    @Test
    void linesWhoseTimesGoBackAreNeitherLostNorRepeated() throws Exception {
        var earlier = "2030-01-01T10:00:00.9Z earlier\n";
        var later = "2030-01-01T10:00:01.1Z later\n";
        read(later + earlier);
        read(later + "2030-01-01T10:00:01.2Z last\n");
        assertThat(lines)
                .containsExactly(
                        "2030-01-01T10:00:01.100Z later",
                        "2030-01-01T10:00:00.900Z earlier",
                        "2030-01-01T10:00:01.200Z last");
    }

    /** The kubelet has begun a new file, and reads from that one only. */
    @Test
    void aPassThatBeginsAfterWhereAnEarlierOneWasCutLosesNoLineAndHasAGap() throws Exception {
        read("2030-01-01T10:00:00.1Z one\n2030-01-01T10:00:00.2Z two\n2030-01-01T10:00:00.3Z thr");
        var later = "2030-01-01T10:00:07.1Z seven\n2030-01-01T10:00:07.2Z eight\n";
        for (int cut : new int[] {"2030-01-01T10:00:07.1Z sev".length(), later.length()}) {
            read(later.substring(0, cut));
            assertThat(reading.since()).contains("2030-01-01T10:00:07Z");
        }
        assertThat(lines)
                .containsExactly(
                        "2030-01-01T10:00:00.100Z one",
                        "2030-01-01T10:00:00.200Z two",
                        "2030-01-01T10:00:00.300Z thr",
                        "2030-01-01T10:00:07.100Z seven",
                        "2030-01-01T10:00:07.200Z eight");
        assertThat(reading.hasGap()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {WORDS, WORDS + "\n", "failed\n" + WORDS})
    void whatTheKubeletSaysInItsPlaceIsNoLine(String words) throws Exception {
        read("2030-01-01T10:00:00Z one\n");
        assertThatThrownBy(() -> read(words))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(words.lines().findFirst().orElseThrow());
        assertThat(lines).containsExactly("2030-01-01T10:00:00Z one");
    }
}
