package dev.kohakku.dispatcher.backend.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A Pod is a few KiB, and there are thousands. */
@Timeout(60)
class PodFollowerTest {

    private static final Pod POD =
            new PodBuilder().withNewMetadata().withResourceVersion("7").endMetadata().build();

    private final Cluster cluster =
            new Cluster(KubernetesUnderTest.settings(Path.of("no-such-file")));
    private final PodWatch watch =
            new PodWatch(cluster, new PodApi(cluster), "default", Map.of(), Duration.ofSeconds(90));
    private final PodFollower follower = new PodFollower(watch, "pod");

    @Test
    void anEventThatNobodyWaitsForKeepsNoPodHoweverManyFollow() throws Exception {
        var seen = follower.shared().events();
        follower.changed(POD);
        assertThat(follower.events()).isGreaterThan(seen);
        assertThat(follower.take(seen, Duration.ZERO)).isEmpty();
    }

    @Test
    void whoWaitsForThePodOfAnEventTakesIt() throws Exception {
        var seen = follower.events();
        var taking =
                new FutureTask<Optional<Pod>>(() -> follower.take(seen, Duration.ofMinutes(1)));
        var taker = Thread.ofPlatform().daemon().start(taking);
        await().until(() -> taker.getState() == Thread.State.TIMED_WAITING);
        follower.changed(POD);
        assertThat(taking.get()).contains(POD);
        assertThat(follower.take(seen, Duration.ZERO)).isEmpty();
    }
}
