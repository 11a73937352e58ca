package dev.kohakku.dispatcher.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.log.LogLine;
import dev.kohakku.common.log.LogStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineAssemblerTest {

    private static final Instant AT = Instant.EPOCH.plusSeconds(1);

    private static List<String> lines(byte[] bytes, int piece) throws InterruptedException {
        var lines = new ArrayList<String>();
        var assembler = new LineAssembler(LogStream.STDOUT, (stream, at, text) -> lines.add(text));
        for (int i = 0; i < bytes.length; i += piece) {
            assembler.append(AT, bytes, i, Math.min(piece, bytes.length - i));
        }
        assembler.finish(AT);
        return lines;
    }

    private static List<String> lines(String text, int piece) throws InterruptedException {
        return lines(text.getBytes(StandardCharsets.UTF_8), piece);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 1000})
    void linesDoNotDependOnHowTheBytesWereCut(int piece) throws InterruptedException {
        assertThat(lines("one\n\ntwo ü€😀\r\nlast", piece))
                .containsExactly("one", "", "two ü€😀", "last");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000})
    void bytesThatAreNoTextAreReplaced(int piece) throws InterruptedException {
        var bytes = new byte[] {'a', (byte) 0xff, 'b', '\n', 'c', (byte) 0xe2, (byte) 0x82};
        assertThat(lines(bytes, piece)).containsExactly("a\uFFFDb", "c\uFFFD");
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 16_384, 1_000_000})
    void longLinesAreSplitAndALineOfExactlyTheLimitIsNot(int piece) throws InterruptedException {
        var longest = "x".repeat(LogLine.LONGEST);
        assertThat(lines(longest + "\n" + longest + "y\n", piece))
                .containsExactly(longest, longest, "y");
    }

    @Test
    void aCharacterOfTwoHalvesIsNotSplit() throws InterruptedException {
        var almost = "x".repeat(LogLine.LONGEST - 1);
        assertThat(lines(almost + "😀\n", 1000)).containsExactly(almost, "😀");
    }

    @Test
    void nothingIsNoLine() throws InterruptedException {
        assertThat(lines("", 10)).isEmpty();
        assertThat(lines("\n", 10)).containsExactly("");
    }

    @Test
    void aLineHasTheTimeOfItsFirstByte() throws InterruptedException {
        var times = new ArrayList<Instant>();
        var assembler = new LineAssembler(LogStream.STDERR, (stream, at, text) -> times.add(at));
        assembler.append(AT, new byte[] {'a'}, 0, 1);
        assembler.append(AT.plusSeconds(9), new byte[] {'b', '\n', 'c'}, 0, 3);
        assembler.finish(AT.plusSeconds(20));
        assertThat(times).containsExactly(AT, AT.plusSeconds(9));
    }
}
