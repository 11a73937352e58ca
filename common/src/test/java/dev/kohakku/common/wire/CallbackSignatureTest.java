package dev.kohakku.common.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CallbackSignatureTest {

    private static final String TIME = "1893456000";
    private static final String TASK = "018f0000-0000-7000-8000-000000000001";
    private static final byte[] BODY = "{\"status\":\"completed\"}".getBytes(UTF_8);

    /** Computed by another implementation: HMAC-SHA256 of "time.task:body". */
    private static final String KNOWN =
            "sha256=beb7e7d5a1595f589882226ac47917987f4b9a028b34c1de28e6c07beb1d774d";

    private final CallbackSignature signature = new CallbackSignature("kohakku-key");

    @Test
    void aKnownReportHasTheKnownSignature() {
        assertThat(signature.sign(TIME, TASK, BODY)).isEqualTo(KNOWN);
        assertThat(signature.matches(KNOWN, TIME, TASK, BODY)).isTrue();
    }

    @Test
    void whateverIsChangedTheSignatureNoLongerFits() {
        assertThat(signature.matches(KNOWN, "1893456001", TASK, BODY)).isFalse();
        assertThat(signature.matches(KNOWN, TIME, TASK.replace('1', '2'), BODY)).isFalse();
        assertThat(signature.matches(KNOWN, TIME, TASK, "{\"status\":\"failed\"}".getBytes(UTF_8)))
                .isFalse();
        assertThat(signature.matches(KNOWN, TIME, TASK, new byte[0])).isFalse();
        assertThat(signature.matches(KNOWN.substring(7), TIME, TASK, BODY)).isFalse();
        assertThat(signature.matches("", TIME, TASK, BODY)).isFalse();
        assertThat(new CallbackSignature("other-key").matches(KNOWN, TIME, TASK, BODY)).isFalse();
    }

    @Test
    void manyThreadsMayUseOne() {
        assertThat(IntStream.range(0, 200).parallel())
                .allMatch(i -> signature.matches(KNOWN, TIME, TASK, BODY));
    }
}
