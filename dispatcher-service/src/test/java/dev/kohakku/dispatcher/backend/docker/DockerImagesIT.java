package dev.kohakku.dispatcher.backend.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.PushResponseItem;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.RegistryLogin;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.WantedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pulls by the real engine from real registries. */
@Timeout(60)
class DockerImagesIT {

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private static void nobody(String words) {}

    @TempDir private static Path storage;
    private static TestingRegistry open;
    private static TestingRegistry closed;

    @BeforeAll
    static void startRegistries() throws Exception {
        DockerUnderTest.assumeEngine();
        TestingRegistry.assumeProgram();
        open = TestingRegistry.start(storage, false);
        closed = TestingRegistry.start(storage, true);
        try (var engine = new DockerEngine(DockerUnderTest.settings(""))) {
            var client = engine.streams();
            var repository = open.address() + "/team/tool";
            client.tagImageCmd(DockerUnderTest.IMAGE.toString(), repository, "1").exec();
            client.pushImageCmd(repository)
                    .withTag("1")
                    .withAuthConfig(new AuthConfig())
                    .exec(new ResultCallback.Adapter<PushResponseItem>())
                    .awaitCompletion();
            client.removeImageCmd(repository + ":1").exec();
        }
    }

    @AfterAll
    static void stopRegistries() {
        if (open != null) {
            open.close();
        }
        if (closed != null) {
            closed.close();
        }
    }

    private static ImageReference image(String address, String name) {
        return ImageReference.parse(address + "/" + name);
    }

    private static DockerBackend backend(DockerSettings.Registry... registries) {
        var settings = DockerUnderTest.settings("", Duration.ofSeconds(20), List.of(registries));
        return new DockerBackend(settings, "test-images", "dispatcher-under-test");
    }

    private static DockerSettings.Registry credentials(String password) {
        return new DockerSettings.Registry(closed.address(), TestingRegistry.USER, password);
    }

    private static BackendException refusal(DockerBackend backend, ImageReference image) {
        return catchThrowableOfType(
                BackendException.class,
                () ->
                        backend.images()
                                .pull(
                                        new WantedImage(image, null),
                                        DEADLINE,
                                        DockerImagesIT::nobody));
    }

    private static void remove(ImageReference image) throws IOException {
        try (var engine = new DockerEngine(DockerUnderTest.settings(""))) {
            engine.streams().removeImageCmd(image.toString()).exec();
        }
    }

    @Test
    void anImageIsThereAfterAPullAndNotBefore() throws Exception {
        var image = image(open.address(), "team/tool:1");
        var images = backend().images();
        assertThat(images.has(image)).isFalse();
        images.pull(new WantedImage(image, null), DEADLINE, DockerImagesIT::nobody);
        assertThat(images.has(image)).isTrue();
        remove(image);
    }

    @Test
    void aPrivateImageIsPulledWithStoredCredentials() throws Exception {
        var image = image(closed.address(), "team/tool:1");
        var images = backend(credentials(TestingRegistry.PASSWORD)).images();
        images.pull(new WantedImage(image, null), DEADLINE, DockerImagesIT::nobody);
        assertThat(images.has(image)).isTrue();
        remove(image);
    }

    @Test
    void aLoginOfTheTaskGoesBeforeTheSettings() throws Exception {
        var image = image(closed.address(), "team/tool:1");
        var images = backend(credentials("wrong-password")).images();
        var login = new RegistryLogin(TestingRegistry.USER, TestingRegistry.PASSWORD);
        images.pull(new WantedImage(image, login), DEADLINE, DockerImagesIT::nobody);
        assertThat(images.has(image)).isTrue();
        remove(image);
    }

    @Test
    void aPrivateImageIsPulledWithCredentialsOfAConfigFile(@TempDir Path directory)
            throws Exception {
        var pair = TestingRegistry.USER + ":" + TestingRegistry.PASSWORD;
        var auth = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        Files.writeString(
                directory.resolve("config.json"),
                "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(closed.address(), auth));
        var registries = new DockerRegistries(List.of(), directory.toString());
        var image = image(closed.address(), "team/tool:1");
        try (var engine = new DockerEngine(DockerUnderTest.settings(""))) {
            new DockerImages(engine, registries)
                    .pull(new WantedImage(image, null), DEADLINE, DockerImagesIT::nobody);
        }
        remove(image);
    }

    @Test
    void anUnknownNameOrTagIsNotFoundInTheEnginesWords() {
        for (var name : List.of("team/absent:1", "team/tool:2")) {
            var refusal = refusal(backend(), image(open.address(), name));
            assertThat(refusal.kind()).isEqualTo(FailureKind.IMAGE_NOT_FOUND);
            assertThat(refusal).hasMessageContaining("manifest unknown");
        }
    }

    @Test
    void aPrivateImageWithoutCredentialsIsNotFound() {
        var refusal = refusal(backend(), image(closed.address(), "team/tool:1"));
        assertThat(refusal.kind()).isEqualTo(FailureKind.IMAGE_NOT_FOUND);
        assertThat(refusal).hasMessageContaining("no basic auth credentials");
    }

    @Test
    void wrongCredentialsAreDeniedAndNotRepeated() {
        var refusal =
                refusal(
                        backend(credentials("wrong-password")),
                        image(closed.address(), "team/tool:1"));
        assertThat(refusal.kind()).isEqualTo(FailureKind.IMAGE_ACCESS_DENIED);
        assertThat(refusal).message().contains("unauthorized").doesNotContain("wrong-password");
    }

    @Test
    void whereNoRegistryIsTheImageIsNotFoundWithinSeconds() throws IOException {
        var nowhere = "127.0.0.1:" + TestingRegistry.freePort();
        var begun = System.nanoTime();
        var refusal = refusal(backend(), image(nowhere, "team/tool:1"));
        assertThat(refusal.kind()).isEqualTo(FailureKind.IMAGE_NOT_FOUND);
        assertThat(refusal).hasMessageContaining("connection refused");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void aRegistryThatWeKnowAndThatIsAwayIsWorthAnotherAttempt() throws IOException {
        var nowhere = "127.0.0.1:" + TestingRegistry.freePort();
        var known = new DockerSettings.Registry(nowhere, "bob", "sesame");
        var refusal = refusal(backend(known), image(nowhere, "team/tool:1"));
        assertThat(refusal.kind()).isEqualTo(FailureKind.IMAGE_PULL_FAILED);
    }

    @Test
    void aRegistryThatHasAnsweredAndIsAwayIsWorthAnotherAttempt() throws Exception {
        var backend = backend();
        ImageReference image;
        try (var passing = TestingRegistry.start(storage, false)) {
            image = image(passing.address(), "team/absent:1");
            assertThat(refusal(backend, image).kind()).isEqualTo(FailureKind.IMAGE_NOT_FOUND);
        }
        assertThat(refusal(backend, image).kind()).isEqualTo(FailureKind.IMAGE_PULL_FAILED);
    }
}
