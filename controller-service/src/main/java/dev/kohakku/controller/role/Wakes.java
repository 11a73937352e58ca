package dev.kohakku.controller.role;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.queue.redis.WakeChannel;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Wakes the loops of a topic: those of this process at once, and those of others through Redis
 * where none runs here. A wake that gets lost costs the loop's interval and nothing else, so
 * nothing waits for Redis, and nothing fails without it. Thread-safe.
 *
 * <p>Wakes of one topic that come while one is on its way go as one: at most one call in {@link
 * #GAP}, whatever the rate of requests.
 */
public final class Wakes implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Wakes.class);

    /** Between two calls: short beside any loop's interval, long beside a call. */
    static final Duration GAP = Duration.ofMillis(5);

    /** The same after a call that failed. */
    private static final Duration GAP_WHILE_AWAY = Duration.ofSeconds(1);

    private static final Duration LISTEN_AGAIN = Duration.ofSeconds(5);

    /** It is woken whenever there is something to call. */
    private static final Duration CALLER_INTERVAL = Duration.ofHours(1);

    private final List<WorkerLoop> here;
    private final WakeChannel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Topic> waiting = EnumSet.noneOf(Topic.class);
    private final BackgroundLoop caller =
            new BackgroundLoop("wake-caller", Rhythm.every(CALLER_INTERVAL), this::callWaiting);
    private final BackgroundLoop listener =
            new BackgroundLoop("wake-listener", Rhythm.every(LISTEN_AGAIN), this::listen);
    private volatile boolean running;
    private boolean away;

    /**
     * @param loops of this program; those that run here are woken here
     */
    Wakes(List<RoleLoop> loops, Roles roles, WakeChannel channel) {
        this.here =
                loops.stream()
                        .filter(each -> each.runsAs(roles))
                        .filter(WorkerLoop.class::isInstance)
                        .map(WorkerLoop.class::cast)
                        .filter(each -> !each.wokenBy().isEmpty())
                        .toList();
        this.channel = channel;
    }

    /** Asks for a round soon of every loop of the topic. Never blocks, never fails. */
    public void wake(Topic topic) {
        if (wakeHere(topic)) {
            // why no call: one loop that looks is enough, and this one is the nearest.
            return;
        }
        lock.lock();
        try {
            if (!waiting.add(topic)) {
                return;
            }
        } finally {
            lock.unlock();
        }
        caller.wake();
    }

    private boolean wakeHere(Topic topic) {
        var woken = false;
        for (var each : here) {
            if (each.wokenBy().contains(topic)) {
                each.loop().wake();
                woken = true;
            }
        }
        return woken;
    }

    private boolean callWaiting() throws InterruptedException {
        var words = taken();
        if (words.isEmpty()) {
            return false;
        }
        try {
            channel.call(words);
            away = false;
        } catch (QueueUnavailableException lost) {
            if (!away) {
                LOG.warn(
                        "loops of other processes are not woken now, they look by themselves: {}",
                        lost.getMessage());
                away = true;
            }
        }
        // why held here: what comes meanwhile gathers, and goes as one.
        TimeUnit.NANOSECONDS.sleep((away ? GAP_WHILE_AWAY : GAP).toNanos());
        return true;
    }

    private Set<String> taken() {
        lock.lock();
        try {
            var words = waiting.stream().map(Topic::word).collect(Collectors.toSet());
            waiting.clear();
            return words;
        } finally {
            lock.unlock();
        }
    }

    private boolean listen() {
        channel.listen(word -> Topic.of(word).ifPresent(this::wakeHere));
        return false;
    }

    @Override
    public void start() {
        running = true;
        caller.start();
        if (!here.isEmpty()) {
            listener.start();
        }
    }

    @Override
    public void stop() {
        running = false;
        listener.close();
        caller.close();
        channel.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
