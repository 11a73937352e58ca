package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerLogs;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output of Pods' containers, as the kubelet keeps it. Both streams come as one, as standard
 * output: the kubelet does not tell them apart to clients.
 *
 * <p>A connection that breaks is resumed by number: the kubelet is asked from the second of the
 * last line on, and as many lines are passed over as were read of that second; where there are only
 * later ones, a part is lost, and the reading goes on and says so. After the end the rest is read
 * once more without following, because a follower may be let go before the last line.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod">read
 *     log</a>
 */
final class KubernetesLogs implements ContainerLogs {

    private static final Logger LOG = LoggerFactory.getLogger(KubernetesLogs.class);

    private static final Duration PAUSE = Duration.ofMillis(200);

    /** For how long the rest of an ended container's log may pause. */
    private static final Duration REST = Duration.ofSeconds(3);

    /** After how long without a byte a stream is opened anew: it may be dead. */
    private static final Duration SILENCE = Duration.ofMinutes(5);

    /** What is still not started then has no output. */
    private static final int LOOKS_WITHOUT_START = 5;

    private final Cluster cluster;
    private final Pods pods;
    private final InstantSource clock;

    KubernetesLogs(Cluster cluster, Pods pods, InstantSource clock) {
        this.cluster = cluster;
        this.pods = pods;
        this.clock = clock;
    }

    @Override
    public boolean read(ContainerHandle handle, Lines lines) throws InterruptedException {
        var reading = new LogReading(lines);
        int looksWithoutStart = 0;
        while (true) {
            var status = statusOf(handle);
            switch (status) {
                case ContainerStatus.Missing _ -> {
                    return false;
                }
                case ContainerStatus.Created _ -> {
                    if (++looksWithoutStart == LOOKS_WITHOUT_START) {
                        return true;
                    }
                }
                case ContainerStatus.Running _ -> {
                    if (!pass(handle, reading, true)) {
                        Thread.sleep(PAUSE);
                    }
                    continue;
                }
                case ContainerStatus.Failed failed -> {
                    if (failed.startedAt() == null) {
                        return true;
                    }
                    return lastPass(handle, reading);
                }
                case ContainerStatus.Exited _ -> {
                    return lastPass(handle, reading);
                }
            }
            Thread.sleep(PAUSE);
        }
    }

    private ContainerStatus statusOf(ContainerHandle handle) throws InterruptedException {
        while (true) {
            try {
                return pods.find(handle)
                        .map(pod -> PodStates.of(pod, clock.instant()))
                        .orElseGet(ContainerStatus.Missing::new);
            } catch (BackendException unanswered) {
                Thread.sleep(PAUSE);
            }
        }
    }

    /** The container has ended: its whole rest is there, or it is not; and so what came before. */
    private boolean lastPass(ContainerHandle handle, LogReading reading)
            throws InterruptedException {
        for (int tries = 1; tries <= 5; tries++) {
            if (pass(handle, reading, false)) {
                reading.finish();
                return !reading.hasGap();
            }
            Thread.sleep(PAUSE.multipliedBy(tries));
        }
        return false;
    }

    /** Reads from where the last pass was cut; returns whether the stream came to its end. */
    private boolean pass(ContainerHandle handle, LogReading reading, boolean follow)
            throws InterruptedException {
        try (var bytes = cluster.ask(client -> open(client, path(handle, reading, follow)))) {
            readWatched(
                    reading,
                    bytes,
                    () -> {
                        if (follow) {
                            cutWhenForgotten(handle, reading, bytes);
                        } else {
                            cutWhenStuck(reading, bytes);
                        }
                    });
            return true;
        } catch (KubernetesClientException | IOException cut) {
            if (Thread.interrupted()) {
                throw (InterruptedException)
                        new InterruptedException("interrupted while reading a log").initCause(cut);
            }
            LOG.debug("the log of {} broke off: {}", handle.containerId(), cut.toString());
            return false;
        }
    }

    private static void readWatched(LogReading reading, InputStream bytes, Runnable watch)
            throws IOException, InterruptedException {
        var watchdog = Thread.ofVirtual().start(watch);
        try {
            reading.read(bytes);
        } finally {
            watchdog.interrupt();
        }
    }

    /**
     * Ends a stream that was left open though the container has ended, or that says nothing for so
     * long that nobody may be at its other end.
     */
    private void cutWhenForgotten(ContainerHandle handle, LogReading reading, InputStream stream) {
        try (var follower = pods.follow(handle)) {
            while (true) {
                var seen = follower.events();
                var read = reading.bytesRead();
                if (!(statusOf(handle) instanceof ContainerStatus.Running)) {
                    Thread.sleep(REST);
                } else {
                    follower.await(seen, SILENCE);
                    if (follower.events() != seen) {
                        continue;
                    }
                }
                if (reading.bytesRead() == read) {
                    stream.close();
                    return;
                }
            }
        } catch (IOException | InterruptedException e) {
            // why no word: the stream has ended, by itself or by this.
            Thread.currentThread().interrupt();
        }
    }

    /** Ends a stream that should bring a log's rest, and brings nothing though it is waited for. */
    private void cutWhenStuck(LogReading reading, InputStream stream) {
        try {
            while (true) {
                var read = reading.bytesRead();
                var waits = reading.waits();
                Thread.sleep(cluster.requestTimeout());
                if (waits && reading.waits() && reading.bytesRead() == read) {
                    stream.close();
                    return;
                }
            }
        } catch (IOException | InterruptedException e) {
            // why no word: the stream has ended, by itself or by this.
            Thread.currentThread().interrupt();
        }
    }

    private static String path(ContainerHandle handle, LogReading reading, boolean follow) {
        return "api/v1/namespaces/"
                + Pods.namespaceOf(handle)
                + "/pods/"
                + handle.attempt().containerName()
                + "/log?container="
                + PodRequest.CONTAINER
                + "&timestamps=true&follow="
                + follow
                + reading.since().map(second -> "&sinceTime=" + second).orElse("");
    }

    /**
     * Blocks until the answer begins, for no longer than for any other. why not by the client's own
     * log calls: they hide that a stream was cut.
     */
    private InputStream open(KubernetesClient client, String path) {
        var http = client.getHttpClient();
        var request =
                http.newHttpRequestBuilder()
                        .uri(URI.create(client.getMasterUrl().toString()).resolve(path).toString())
                        .build();
        var answer = http.sendAsync(request, InputStream.class);
        try {
            var response = answer.get(cluster.requestTimeout().toNanos(), TimeUnit.NANOSECONDS);
            if (!response.isSuccessful()) {
                response.body().close();
                throw new KubernetesClientException(
                        "read log: " + response.code() + " " + response.message());
            }
            return response.body();
        } catch (ExecutionException | TimeoutException | IOException e) {
            abandon(answer);
            throw new KubernetesClientException("read log", e);
        } catch (InterruptedException e) {
            abandon(answer);
            Thread.currentThread().interrupt();
            throw new KubernetesClientException("read log", e);
        }
    }

    /** Has the body closed that may still come, or has come just now. */
    private static void abandon(CompletableFuture<HttpResponse<InputStream>> answer) {
        if (!answer.cancel(true) && answer.state() == Future.State.SUCCESS) {
            try {
                answer.resultNow().body().close();
            } catch (IOException e) {
                LOG.debug("a log that nobody waits for any more cannot be closed", e);
            }
        }
    }
}
