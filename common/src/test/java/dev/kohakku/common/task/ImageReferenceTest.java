package dev.kohakku.common.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {

    private static final String DIGEST =
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @ParameterizedTest
    @CsvSource({
        "busybox, , busybox, ",
        "busybox:latest, , busybox, latest",
        "library/busybox:1.36, , library/busybox, 1.36",
        "localhost/x, localhost, x, ",
        "localhost:5000/x:1, localhost:5000, x, 1",
        "registry:5000/x, registry:5000, x, ",
        "reg.io/a/b/c:v1.2.3-rc_1, reg.io, a/b/c, v1.2.3-rc_1",
        "127.0.0.1:5000/a, 127.0.0.1:5000, a, ",
        "a__b/c--d/e.f:T, , a__b/c--d/e.f, T",
        "1000/2000, , 1000/2000, "
    })
    void aReferenceIsTakenApart(String text, String registry, String repository, String tag) {
        var image = ImageReference.parse(text);

        assertThat(image).isEqualTo(new ImageReference(registry, repository, tag, null));
        assertThat(image).hasToString(text);
    }

    @Test
    void aDigestIsKept() {
        var image = ImageReference.parse("reg.io/a/b:1@" + DIGEST);

        assertThat(image).isEqualTo(new ImageReference("reg.io", "a/b", "1", DIGEST));
        assertThat(image).hasToString("reg.io/a/b:1@" + DIGEST);
        assertThat(ImageReference.parse("a@" + DIGEST).digest()).isEqualTo(DIGEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "UPPER/case",
                "a//b",
                "/a",
                "a/",
                "-bad",
                "bad-",
                "a:",
                "a:-tag",
                "a b",
                "a:b:c",
                "a@sha256:abc",
                "a@",
                "busy box",
                "a\n",
                "http://a/b",
                "a/../b",
                "a_/b",
                "reg.io:99x/a",
                "a:ta/g",
                "ä"
            })
    void whatIsNoReferenceIsRefusedWithTheForm(String text) {
        assertThatThrownBy(() -> ImageReference.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "' is not an image reference")
                .hasMessageContaining("[registry/]repository[:tag]");
    }

    @Test
    void aTagIsAtMost128CharactersLong() {
        assertThat(ImageReference.parse("a:" + "t".repeat(128)).tag()).hasSize(128);
        assertThatThrownBy(() -> ImageReference.parse("a:" + "t".repeat(129)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anEndlessReferenceIsRefusedBriefly() {
        assertThatThrownBy(() -> ImageReference.parse("a-".repeat(100_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .hasSizeLessThan(300);
    }
}
