package dev.kohakku.dispatcher.backend.kubernetes;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.dispatcher.backend.BackendFactory.Owner;
import dev.kohakku.dispatcher.backend.BackendUnderTest.Program;
import dev.kohakku.dispatcher.backend.ContainerHandle;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.ContainerStatus;
import dev.kohakku.dispatcher.backend.StartProgress;
import dev.kohakku.dispatcher.backend.kubernetes.TestingKubelet.Step;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** The API server's replies are lost, its watches end or say nothing, it fails for a while. */
@Timeout(60)
class KubernetesFaultTest {

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);

    private final KubernetesUnderTest under = new KubernetesUnderTest();
    private final KubernetesBackend backend = under.backend("test");
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void end() {
        threads.shutdownNow();
        backend.close();
        under.cluster().close();
    }

    private ContainerHandle started(Program program) throws InterruptedException {
        return backend.start(
                ContainerSpecs.spec().image(under.image()).runs(program).build(),
                YES,
                StartProgress.NONE);
    }

    /** A container that runs, and somebody who waits for its end by the watch. */
    private Future<ContainerStatus> heldWhileAwaited() throws Exception {
        under.cluster().kubelet().hold(Step.RUNNING);
        var handle = started(under.exits(3));
        var waiting = threads.submit(() -> backend.awaitExit(handle));
        var watch = backend.pods().watchOf("default");
        await().until(() -> watch.rounds() > 0);
        return waiting;
    }

    private static void assertExited(Future<ContainerStatus> waiting) throws Exception {
        assertThat(waiting.get())
                .isInstanceOfSatisfying(
                        ContainerStatus.Exited.class,
                        exited -> assertThat(exited.result().exitCode()).isEqualTo(3));
    }

    /**
     * Its silence is noticed, and the list read anew: nobody waits for the look of five minutes.
     */
    @Test
    void theWatchIsSilent() throws Exception {
        var waiting = heldWhileAwaited();
        under.cluster().silence(true);
        under.cluster().kubelet().letGo(Step.RUNNING);
        assertExited(waiting);
    }

    @Test
    void theWatchIsTooOld() throws Exception {
        var waiting = heldWhileAwaited();
        var watch = backend.pods().watchOf("default");
        var before = watch.rounds();
        under.cluster().objects().compact();
        await().until(() -> watch.rounds() > before);
        under.cluster().kubelet().letGo(Step.RUNNING);
        assertExited(waiting);
    }

    /** The client cannot read such a Pod's events, and ends the watch at each. */
    @Test
    void aWatchThatEndsAtEachEventIsNotBegunAnewWithoutAPause() throws Exception {
        var waiting = heldWhileAwaited();
        var pod = under.cluster().objects().list("pods/", each -> true).getFirst();
        var key = TestingObjects.key("pods", "default", pod.at("/metadata/name").asString());
        var watch = backend.pods().watchOf("default");
        var before = watch.rounds();
        var begun = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            var words = "größer als " + i;
            under.cluster().objects().change(key, each -> each.put("words", words));
            TimeUnit.MILLISECONDS.sleep(10);
        }
        var pauses = (System.nanoTime() - begun) / SHORTEST_PAUSE.toNanos();
        assertThat(watch.rounds() - before).isBetween(1L, pauses + 2);
        under.cluster().kubelet().letGo(Step.RUNNING);
        assertExited(waiting);
    }

    @Test
    void theServerFailsForAWhile() throws Exception {
        var waiting = heldWhileAwaited();
        under.cluster().failWith(500);
        under.cluster().objects().compact();
        under.cluster().kubelet().letGo(Step.RUNNING);
        assertThat(backend.health().healthy()).isFalse();
        under.cluster().failWith(0);
        assertExited(waiting);
        assertThat(backend.health().healthy()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST .*/pods", "POST .*/secrets", "PATCH .*", "GET .*/pods/.*"})
    void aReplyOfTheStartIsLost(String request) throws Exception {
        under.cluster().loseReply(each -> each.matches(request));
        var handle = started(under.exits(3));
        assertExited(threads.submit(() -> backend.awaitExit(handle)));
        assertThat(backend.list()).containsExactly(handle);
    }

    @Test
    void aReplyOfTheRemovalIsLost() throws Exception {
        var handle = started(under.sleeps());
        under.cluster().loseReply(each -> each.startsWith("DELETE"));
        backend.destroy(handle);
        assertThat(under.cluster().objects().list("pods/", each -> true)).isEmpty();
        assertThat(under.cluster().objects().list("secrets/", each -> true)).isEmpty();
    }

    /** Its pages are as old as its first one, and a server forgets what is old. */
    @Test
    void aListThatExpiresBetweenItsPagesIsReadAnew() throws Exception {
        var objects = under.cluster().objects();
        for (int i = 0; i < 1_001; i++) {
            objects.create("pods", "default", ended(ContainerSpecs.spec().build()));
        }
        var pages = new AtomicInteger();
        under.cluster()
                .loseReply(request -> {
                    if (request.endsWith("/pods") && pages.incrementAndGet() == 2) {
                        objects.compact();
                    }
                    return false;
                });
        assertThat(backend.list()).hasSize(1_001).doesNotHaveDuplicates();
        assertThat(pages).hasValueGreaterThan(3);
    }

    private static ObjectNode ended(ContainerSpec spec) {
        var labels = new PodLabels(new Owner("test", "dispatcher-under-test")).of(spec);
        var pod = TestingObjects.object().put("kind", "Pod").put("apiVersion", "v1");
        var meta = pod.putObject("metadata").put("name", spec.attempt().containerName());
        labels.forEach(meta.putObject("labels")::put);
        return pod;
    }

    @Test
    void aFollowedLogThatIsLeftOpenEndsWithItsContainer() throws Exception {
        under.cluster().forgetLogs();
        var handle = started(under.printsSlowly());
        var lines = new CopyOnWriteArrayList<String>();
        assertThat(backend.logs().read(handle, (stream, at, text) -> lines.add(text))).isTrue();
        assertThat(lines).startsWith("first").endsWith("second").hasSize(3);
    }

    /** A node's kubelet hangs, and so does who asks it for us. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLogWhoseAnswerDoesNotBeginIsAskedForAgain(boolean hasEnded) throws Exception {
        var asked = new AtomicInteger();
        var end = new CompletableFuture<Void>();
        under.cluster()
                .refuse(
                        request -> {
                            if (request.endsWith("/log") && asked.getAndIncrement() == 0) {
                                end.join();
                            }
                            return false;
                        },
                        500,
                        "never");
        var handle = started(under.prints(5));
        if (hasEnded) {
            backend.awaitExit(handle);
        }
        assertAllLinesOf(handle);
        end.complete(null);
    }

    @Test
    void aLogWhoseRestDoesNotComeIsAskedForAgain() throws Exception {
        var handle = started(under.prints(5));
        backend.awaitExit(handle);
        under.cluster().stallLog();
        assertAllLinesOf(handle);
    }

    private void assertAllLinesOf(ContainerHandle handle) throws Exception {
        var lines = new CopyOnWriteArrayList<String>();
        try (var impatient = under.backend("test", Duration.ofSeconds(1))) {
            assertThat(impatient.logs().read(handle, (stream, at, text) -> lines.add(text)))
                    .isTrue();
        }
        assertThat(lines).containsExactly("line 1", "line 2", "line 3", "line 4", "line 5", "end");
    }

    @Test
    void aLogThatBreaksOffIsResumedByNumber() throws Exception {
        under.cluster().cutLogs();
        under.cluster().kubelet().hold(Step.RUNNING);
        var handle = started(under.prints(50));
        var lines = new CopyOnWriteArrayList<String>();
        var reading =
                threads.submit(
                        () -> backend.logs().read(handle, (stream, at, text) -> lines.add(text)));
        await().until(() -> lines.size() >= 50);
        under.cluster().kubelet().letGo(Step.RUNNING);
        assertThat(reading.get()).isTrue();
        assertThat(lines).hasSize(51).doesNotHaveDuplicates().endsWith("end");
        assertThat(lines.subList(0, 2)).isEqualTo(List.of("line 1", "line 2"));
    }

    /** A kubelet does so at 10 MiB; a stream that goes on meanwhile loses nothing. */
    @Test
    void aLogThatIsRotatedWhileItIsBrokenOffIsReadOnAndNotComplete() throws Exception {
        var kubelet = under.cluster().kubelet();
        var asked = new AtomicInteger();
        under.cluster().cutLogs();
        kubelet.hold(Step.RUNNING);
        var handle = started(under.prints(6));
        var uid =
                under.cluster()
                        .objects()
                        .list("pods/", each -> true)
                        .getFirst()
                        .at("/metadata/uid")
                        .asString();
        under.cluster()
                .refuse(
                        request -> {
                            if (request.endsWith("/log") && asked.incrementAndGet() == 2) {
                                kubelet.rotate(uid);
                                sleepForASecond();
                                kubelet.print(uid, "after", true);
                                kubelet.letGo(Step.RUNNING);
                            }
                            return false;
                        },
                        500,
                        "never");
        var lines = new CopyOnWriteArrayList<String>();
        assertThat(backend.logs().read(handle, (stream, at, text) -> lines.add(text))).isFalse();
        assertThat(lines).startsWith("line 1").endsWith("line 6", "end", "after").hasSize(8);
    }

    /** What is written then is of another second. */
    private static void sleepForASecond() {
        LockSupport.parkNanos(Duration.ofMillis(1_100).toNanos());
    }
}
