package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells followers of Pods of one namespace that something has changed. One watch for all of them,
 * begun with the first. Thread-safe.
 *
 * <p>It only makes things faster: a follower reads for itself what there is. So an event may be
 * lost or come late and nothing is wrong but the time. A round lists what there is, tells followers
 * of Pods that are other than they know or not there, then watches from there on until the watch
 * ends or has been silent for too long, and pauses for a moment.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/">list, watch,
 *     bookmarks, 410 Gone</a>
 */
final class PodWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PodWatch.class);

    private final Cluster cluster;
    private final PodApi api;
    private final String namespace;
    private final Map<String, String> labels;
    private final Duration silence;
    private final Map<String, PodFollower> followers = new ConcurrentHashMap<>();
    private final AtomicLong rounds = new AtomicLong();
    private final BackgroundLoop loop;

    PodWatch(
            Cluster cluster,
            PodApi api,
            String namespace,
            Map<String, String> labels,
            Duration silence) {
        this.cluster = cluster;
        this.api = api;
        this.namespace = namespace;
        this.labels = labels;
        this.silence = silence;
        this.loop =
                new BackgroundLoop(
                        "pod-watch-" + namespace,
                        new Rhythm(Duration.ofMillis(200), 0.5, Duration.ofSeconds(10)),
                        this::round);
    }

    /** Follows a Pod until the follower is closed; a second follower of the same shares it. */
    PodFollower follow(String pod) {
        loop.start();
        return followers.compute(
                pod, (name, known) -> known == null ? new PodFollower(this, name) : known.shared());
    }

    void leave(PodFollower follower) {
        followers.computeIfPresent(
                follower.name(), (name, known) -> known.released() ? null : known);
    }

    /** How often the list was read. */
    long rounds() {
        return rounds.get();
    }

    private boolean round() throws InterruptedException {
        var version = relist();
        rounds.incrementAndGet();
        var receiver = new Receiver();
        try (var _ =
                cluster.ask(client ->
                        client.pods()
                                .inNamespace(namespace)
                                .withLabels(labels)
                                .watch(watchFrom(version), receiver))) {
            var ended = receiver.awaitEnd(silence);
            LOG.debug("the watch of Pods in {} {}", namespace, ended);
        }
        // why a pause always: a watch that ends at its first event, again and again, would have the
        // list read without one. It is too short to matter after any other end.
        return false;
    }

    private static ListOptions watchFrom(String version) {
        return new ListOptionsBuilder()
                .withResourceVersion(version)
                .withAllowWatchBookmarks(true)
                .build();
    }

    /** Reads the list, and answers from which version on a watch goes on. */
    private String relist() throws InterruptedException {
        // why before the list: who begins to follow meanwhile has read, or will, what there is.
        var missing = new HashMap<>(followers);
        var version =
                api.list(
                        namespace,
                        labels,
                        pod -> {
                            missing.remove(pod.getMetadata().getName());
                            told(pod);
                        });
        missing.values().forEach(PodFollower::wake);
        return version;
    }

    private void told(Pod pod) {
        var follower = followers.get(pod.getMetadata().getName());
        if (follower != null) {
            follower.changed(pod);
        }
    }

    @Override
    public void close() {
        loop.close();
    }

    /** Hands events on, on the client's thread. */
    private final class Receiver implements Watcher<Pod> {

        private long lastWord = System.nanoTime();
        private @Nullable String end;

        @Override
        public void eventReceived(Action action, Pod pod) {
            word();
            switch (action) {
                case ADDED, MODIFIED -> told(pod);
                case DELETED -> {
                    var follower = followers.get(pod.getMetadata().getName());
                    if (follower != null) {
                        follower.wake();
                    }
                }
                case ERROR -> ended("said that it cannot go on");
                case BOOKMARK -> {}
            }
        }

        @Override
        public boolean reconnecting() {
            // why not: from where it broke off the list is read anew, which is always right.
            return false;
        }

        @Override
        public void onClose() {
            ended("has ended");
        }

        @Override
        public void onClose(WatcherException cause) {
            ended("broke off: " + cause.getMessage());
        }

        private synchronized void word() {
            lastWord = System.nanoTime();
        }

        private synchronized void ended(String how) {
            end = how;
            notifyAll();
        }

        /** Blocks until the watch is over, and says how. */
        synchronized String awaitEnd(Duration silence) throws InterruptedException {
            while (end == null) {
                var left = silence.toNanos() - (System.nanoTime() - lastWord);
                if (left <= 0) {
                    return "has been silent for " + silence;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            return end;
        }
    }
}
