package dev.kohakku.common.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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

    @ParameterizedTest
    @CsvSource({
        "busybox, docker.io",
        "docker.io/library/busybox, docker.io",
        "index.docker.io/library/busybox, docker.io",
        "reg.io:5000/a/b, reg.io:5000"
    })
    void aRegistryHasOneNameHoweverItWasWritten(String text, String address) {
        assertThat(ImageReference.parse(text).registryAddress()).isEqualTo(address);
    }

    @Test
    void anAddressByItselfIsHostAndPort() {
        assertThat(ImageReference.registryAddressOf("reg.io:5000")).contains("reg.io:5000");
        assertThat(ImageReference.registryAddressOf("registry-1.docker.io")).contains("docker.io");
        for (var wrong : List.of("", "reg.io/a", "reg.io:", "reg io", "-reg.io", "a..b")) {
            assertThat(ImageReference.registryAddressOf(wrong)).as(wrong).isEmpty();
        }
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
