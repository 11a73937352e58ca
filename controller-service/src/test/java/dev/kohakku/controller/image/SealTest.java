package dev.kohakku.controller.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class SealTest {

    private static final Seal SEAL =
            new Seal("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));

    @Test
    void whatWasSealedIsOpenedForTheSamePlaceOnly() {
        var sealed = SEAL.close("reg.io", "sesame ✓");

        assertThat(SEAL.open("reg.io", sealed)).contains("sesame ✓");
        assertThat(SEAL.open("evil.io", sealed)).isEmpty();
        assertThat(new String(Base64.getDecoder().decode(sealed), StandardCharsets.ISO_8859_1))
                .doesNotContain("sesame");
    }

    @Test
    void theSameTextIsSealedDifferentlyEachTime() {
        assertThat(SEAL.close("reg.io", "sesame")).isNotEqualTo(SEAL.close("reg.io", "sesame"));
    }

    @Test
    void anotherKeyAndDamageOpenNothing() {
        var other = new Seal(new byte[32]);
        var sealed = SEAL.close("reg.io", "sesame");

        assertThat(other.open("reg.io", sealed)).isEmpty();
        var bytes = Base64.getDecoder().decode(sealed);
        bytes[bytes.length - 1] ^= 1;
        assertThat(SEAL.open("reg.io", Base64.getEncoder().encodeToString(bytes))).isEmpty();
        assertThat(SEAL.open("reg.io", "AAAA")).isEmpty();
        assertThat(SEAL.open("reg.io", "no base64!")).isEmpty();
    }
}
