package dev.kohakku.e2e.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Kills one process after the other, chosen by chance, and starts each again at once. Where starts
 * take longer than the time between kills it waits: with all of them starting nothing would be
 * under way that a kill could harm.
 */
public final class Killer implements AutoCloseable {

    private static final int MOST_STARTING = 1;

    private final List<ServiceProcess> victims;
    private final Duration every;
    private final Random random;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().name("killer").unstarted(this::kill);
    private int kills;
    private volatile @Nullable RuntimeException failed;

    public Killer(List<ServiceProcess> victims, Duration every, long seed) {
        this.victims = victims;
        this.every = every;
        this.random = new Random(seed);
    }

    public Killer start() {
        thread.start();
        return this;
    }

    private void kill() {
        try {
            while (!closed.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
                if (starting() <= MOST_STARTING) {
                    var victim = victims.get(random.nextInt(victims.size()));
                    victim.kill();
                    victim.start();
                    kills++;
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException defect) {
            failed = defect;
        }
    }

    private long starting() {
        return victims.stream().filter(victim -> !victim.isReady()).count();
    }

    /**
     * Kills no more; answers how many it killed.
     *
     * @throws IllegalStateException when it killed none or could not go on: nothing has been shown
     */
    public int stop() throws InterruptedException {
        closed.countDown();
        thread.join();
        if (failed != null || kills == 0) {
            throw new IllegalStateException(kills + " were killed", failed);
        }
        return kills;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
