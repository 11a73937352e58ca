package dev.kohakku.dispatcher.image;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ImagePuller;
import dev.kohakku.dispatcher.backend.WantedImage;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * The only way to an image: a few pulls at once, and one at a time per image, however many attempts
 * wait for it. Thread-safe.
 *
 * <p>A pull belongs to nobody: it has a thread of its own, and goes on for as long as anybody waits
 * for it. Its outcome is given to those who waited and then forgotten, so a failure is never
 * remembered and the next attempt asks again.
 */
public final class PullGate {

    private final ImageSettings settings;
    private final InstantSource clock;
    private final Semaphore slots;
    private final Map<Key, Pull> pulls = new HashMap<>();

    /** Opens the gate. */
    public PullGate(ImageSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.slots = new Semaphore(settings.maxConcurrentPulls(), true);
    }

    /** How many pulls wait for a place. */
    int waiting() {
        return slots.getQueueLength();
    }

    /** How many pulls are under way. */
    int running() {
        return settings.maxConcurrentPulls() - slots.availablePermits();
    }

    // why the login too: a pull that fails by an old password is not the one to join with a new.
    private record Key(ImagePuller engine, WantedImage image) {}

    /**
     * Returns once the engine has the image as the policy demands. Blocks; an interrupt ends the
     * waiting of this caller only.
     *
     * @param steps told of each step on the calling thread; must not block for long
     * @throws BackendException as {@link ImagePuller#pull} does, after the last try
     */
    public void ensure(ImagePuller engine, WantedImage image, Consumer<PullStep> steps)
            throws InterruptedException {
        boolean present =
                switch (settings.pullPolicy()) {
                    case ALWAYS -> false;
                    case IF_NOT_PRESENT -> seemsPresent(engine, image.name());
                    case NEVER -> presentOrRefused(engine, image.name());
                };
        if (present) {
            steps.accept(new PullStep.Present());
            return;
        }
        var key = new Key(engine, image);
        var pull = join(key);
        try {
            pull.await(steps);
        } finally {
            leave(key, pull);
        }
    }

    /** why a hiccup counts as absent: the pull looks again, and has its tries. */
    private static boolean seemsPresent(ImagePuller engine, ImageReference image)
            throws InterruptedException {
        try {
            return engine.has(image);
        } catch (BackendException failed) {
            if (failed.kind() != FailureKind.BACKEND_ERROR) {
                throw failed;
            }
            return false;
        }
    }

    private boolean hasAfterTries(ImagePuller engine, ImageReference image)
            throws InterruptedException {
        var pause = settings.retryPause();
        for (var tries = 1; ; tries++) {
            try {
                return engine.has(image);
            } catch (BackendException failed) {
                if (failed.kind() != FailureKind.BACKEND_ERROR || tries >= settings.tries()) {
                    throw failed;
                }
            }
            Thread.sleep(pause);
            pause = pause.multipliedBy(2);
        }
    }

    private boolean presentOrRefused(ImagePuller engine, ImageReference image)
            throws InterruptedException {
        if (hasAfterTries(engine, image)) {
            return true;
        }
        throw BackendException.refused(
                FailureKind.IMAGE_NOT_FOUND,
                image + ": the engine does not have it, and the pull policy is 'never'",
                null);
    }

    private Pull join(Key key) {
        synchronized (pulls) {
            var going = pulls.get(key);
            if (going != null && going.join()) {
                return going;
            }
            var pull = new Pull(key.engine(), key.image(), settings, clock, slots);
            pulls.put(key, pull);
            pull.start();
            return pull;
        }
    }

    private void leave(Key key, Pull pull) {
        synchronized (pulls) {
            if (pull.leave()) {
                pulls.remove(key, pull);
            }
        }
    }
}
