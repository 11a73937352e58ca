package dev.kohakku.dispatcher.image;

import dev.kohakku.common.task.ImageReference;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ImagePuller;
import dev.kohakku.dispatcher.backend.WantedImage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Images in memory. Pulls wait until they are let through, and fail as they were told to. */
public final class FakeImagePuller implements ImagePuller {

    /** What each pull says of itself once. */
    public static final String PROGRESS = "1 of 2 layers";

    private final Set<ImageReference> present = ConcurrentHashMap.newKeySet();
    private final Queue<BackendException> failures = new ArrayDeque<>();
    private final Semaphore let = new Semaphore(0);
    private final AtomicInteger pulls = new AtomicInteger();
    private final AtomicInteger going = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final AtomicInteger failingLooks = new AtomicInteger();
    private final AtomicInteger givenUp = new AtomicInteger();

    /** Has this image from the start. */
    public void hold(ImageReference image) {
        present.add(image);
    }

    /** The next pull that is let through fails like this. */
    public synchronized void failNext(BackendException failure) {
        failures.add(failure);
    }

    /** Lets so many pulls through. */
    public void let(int howMany) {
        let.release(howMany);
    }

    /** How many pulls began. */
    public int pulls() {
        return pulls.get();
    }

    /** How many are going on. */
    public int going() {
        return going.get();
    }

    /** The most that ever went on at once. */
    public int mostAtOnce() {
        return mostAtOnce.get();
    }

    /** How many were interrupted. */
    public int givenUp() {
        return givenUp.get();
    }

    /** So many questions for an image are not answered. */
    public void failLooks(int times) {
        failingLooks.set(times);
    }

    @Override
    public boolean has(ImageReference image) {
        if (failingLooks.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw BackendException.unknown("told not to answer", null);
        }
        return present.contains(image);
    }

    @Override
    public void pull(WantedImage image, Duration deadline, Consumer<String> progress)
            throws InterruptedException {
        pulls.incrementAndGet();
        mostAtOnce.accumulateAndGet(going.incrementAndGet(), Math::max);
        try {
            let.acquire();
            failIfTold();
            progress.accept(PROGRESS);
            present.add(image.name());
        } catch (InterruptedException e) {
            givenUp.incrementAndGet();
            throw e;
        } finally {
            going.decrementAndGet();
        }
    }

    private synchronized void failIfTold() {
        var failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
    }
}
