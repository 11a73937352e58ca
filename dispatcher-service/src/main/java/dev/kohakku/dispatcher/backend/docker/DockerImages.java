package dev.kohakku.dispatcher.backend.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.PullResponseItem;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ImagePuller;
import dev.kohakku.dispatcher.backend.WantedImage;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Images of the engine. Thread-safe.
 *
 * <p>When no registry could be asked it depends on whether there is one: a registry that has
 * answered before, or that we have credentials for, is down for the moment ({@link
 * FailureKind#IMAGE_PULL_FAILED}, worth another attempt); of any other, after a few tries within
 * seconds, all we know is that neither the engine nor any registry has the image ({@link
 * FailureKind#IMAGE_NOT_FOUND}).
 */
public final class DockerImages implements ImagePuller {

    private static final int UNREACHABLE_TRIES = 3;
    private static final Duration UNREACHABLE_PAUSE = Duration.ofSeconds(1);

    private final DockerEngine engine;
    private final DockerRegistries registries;
    private final Set<String> reached = ConcurrentHashMap.newKeySet();

    DockerImages(DockerEngine engine, DockerRegistries registries) {
        this.engine = engine;
        this.registries = registries;
    }

    @Override
    public boolean has(ImageReference image) throws InterruptedException {
        var answer =
                engine.ask(
                        "inspect image " + image,
                        DockerContainers.done(
                                client -> client.inspectImageCmd(image.toString()).exec()));
        return switch (answer) {
            case Answer.Ok<Boolean> _ -> true;
            case Answer.Refused<Boolean> refused when refused.isMissing() -> false;
            case Answer.Refused<Boolean> refused -> throw refused.asFailure();
        };
    }

    @Override
    public void pull(WantedImage wanted, Duration deadline, Consumer<String> progress)
            throws InterruptedException {
        var image = wanted.name();
        var registry = DockerRegistries.addressOf(image);
        var credentials = registries.credentialsFor(wanted);
        boolean known = credentials.isPresent() || reached.contains(registry);
        long end = System.nanoTime() + deadline.toNanos();
        for (int tries = 1; ; tries++) {
            var words =
                    tryToPull(
                            image,
                            credentials,
                            Duration.ofNanos(end - System.nanoTime()),
                            new PullProgress(progress));
            if (words.isEmpty()) {
                reached.add(registry);
                return;
            }
            var failure = PullFailure.of(words.get());
            if (failure != PullFailure.UNREACHABLE) {
                reached.add(registry);
            }
            boolean again = failure == PullFailure.UNREACHABLE && !known;
            if (!again || tries == UNREACHABLE_TRIES) {
                throw failed(image, failure, words.get(), credentials.isPresent(), known);
            }
            Thread.sleep(UNREACHABLE_PAUSE);
        }
    }

    private static BackendException failed(
            ImageReference image,
            PullFailure failure,
            String words,
            boolean withCredentials,
            boolean known) {
        return switch (failure) {
            case UNKNOWN -> refused(FailureKind.IMAGE_NOT_FOUND, image, words);
            // why: asked without credentials, a registry says the same of a private image and of
            // one that does not exist.
            case DENIED ->
                    withCredentials
                            ? refused(FailureKind.IMAGE_ACCESS_DENIED, image, words)
                            : refused(
                                    FailureKind.IMAGE_NOT_FOUND,
                                    image,
                                    words + " (no credentials are stored for its registry)");
            case UNREACHABLE ->
                    known
                            ? refused(FailureKind.IMAGE_PULL_FAILED, image, words)
                            : refused(
                                    FailureKind.IMAGE_NOT_FOUND,
                                    image,
                                    words
                                            + " (the engine does not have it, and no registry could be asked)");
            case TROUBLED -> refused(FailureKind.IMAGE_PULL_FAILED, image, words);
        };
    }

    private static BackendException refused(FailureKind kind, ImageReference image, String words) {
        return BackendException.refused(kind, image + ": " + words, null);
    }

    /** Returns the engine's words where it failed. */
    private Optional<String> tryToPull(
            ImageReference image,
            Optional<AuthConfig> credentials,
            Duration limit,
            PullProgress progress)
            throws InterruptedException {
        var pulling = new Pulling(progress);
        var command =
                engine.streams()
                        .pullImageCmd(repository(image))
                        .withTag(tag(image))
                        // why always: without, docker-java looks for credentials of its own accord.
                        .withAuthConfig(credentials.orElse(null));
        try (pulling) {
            command.exec(pulling);
            if (!pulling.awaitCompletion(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw refused(FailureKind.IMAGE_PULL_FAILED, image, "not pulled in time");
            }
            return pulling.outcome();
        } catch (DockerException e) {
            return Optional.of(DockerEngine.words(String.valueOf(e.getMessage())));
        } catch (BackendException e) {
            throw e;
        } catch (RuntimeException | IOException e) {
            throw BackendException.unknown(
                    "the Docker engine at %s broke off the pull of %s: %s"
                            .formatted(engine.host(), image, e.getMessage()),
                    e);
        }
    }

    private static String repository(ImageReference image) {
        return image.registry() == null
                ? image.repository()
                : image.registry() + "/" + image.repository();
    }

    /** What to pull of the repository. Never nothing: the engine would take every tag. */
    private static String tag(ImageReference image) {
        if (image.digest() != null) {
            return image.digest();
        }
        return image.tag() == null ? "latest" : image.tag();
    }

    /** Remembers the engine's refusal, be it the answer or within a stream that began well. */
    private static final class Pulling extends ResultCallback.Adapter<PullResponseItem> {

        private final PullProgress progress;
        private volatile @Nullable String words;
        private volatile @Nullable RuntimeException failure;

        Pulling(PullProgress progress) {
            this.progress = progress;
        }

        /** Why not the inherited one: it logs each refusal as a defect, with a stack trace. */
        @Override
        public void onError(Throwable cause) {
            failure =
                    cause instanceof RuntimeException known
                            ? known
                            : new IllegalStateException(cause);
            onComplete();
        }

        Optional<String> outcome() {
            var thrown = failure;
            if (thrown != null) {
                throw thrown;
            }
            return Optional.ofNullable(words);
        }

        @Override
        public void onNext(PullResponseItem item) {
            progress.saw(item);
            var detail = item.getErrorDetail();
            if (detail != null && detail.getMessage() != null) {
                words = detail.getMessage();
            } else if (item.isErrorIndicated()) {
                words = "the engine gave no reason";
            }
        }
    }
}
