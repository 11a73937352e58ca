package dev.kohakku.controller.explain;

import static dev.kohakku.controller.explain.TestingFacts.ACCEPTED;
import static dev.kohakku.controller.explain.TestingFacts.NOW;
import static dev.kohakku.controller.explain.TestingFacts.healthy;
import static dev.kohakku.controller.explain.TestingFacts.sick;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.controller.explain.Explanation.Waiting;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExplainerTest {

    private static final String STORE_AWAY = "the brief cannot be stored now: timeout";
    static final BackendStatus CLUSTER = new BackendStatus(RuntimeType.K8S, "c", true, null);

    private static final List<Supplier<Stream<Arguments>>> CASES =
            List.of(
                    ExplainerTest::unserved,
                    ExplainerTest::heldBack,
                    SentCases::all,
                    ExplainerTest::rooms,
                    ExplainerTest::admitted,
                    ExplainerTest::inLine,
                    ExplainerTest::lost,
                    ExplainerTest::readInVain,
                    ExplainerTest::starting,
                    ExplainerTest::owners,
                    ExplainerTest::cancels);

    /** What is expected, words the sentence must have, and the facts. */
    static Stream<Arguments> waits() {
        return CASES.stream().flatMap(Supplier::get);
    }

    private static Stream<Arguments> unserved() {
        return Stream.of(
                wait(WaitingKind.NO_DISPATCHER, "No dispatcher is live", facts().pending()),
                wait(
                        WaitingKind.TARGET_NOT_SERVED,
                        "serve 'k8s'",
                        facts().served("d1", "q", CLUSTER).pending()),
                wait(
                        WaitingKind.TARGET_NOT_SERVED,
                        "serve nothing",
                        facts().served("d1", "q").pending()),
                wait(
                        WaitingKind.ALL_CORDONED,
                        "cordoned: 'd1', 'd2'",
                        facts().cordoned("d1", "q", healthy())
                                .cordoned("d2", "q", healthy())
                                .served("d3", "q", CLUSTER)
                                .pending()),
                wait(
                        WaitingKind.BACKEND_UNHEALTHY,
                        "of dispatcher 'd1' is not healthy: disk full",
                        facts().served("d1", "q", sick("disk full")).pending()),
                wait(
                        WaitingKind.BACKEND_UNHEALTHY,
                        "gives no reason",
                        facts().served("d1", "q", sick(null)).pending()),
                // why cordoned: to uncordon helps at once.
                wait(
                        WaitingKind.ALL_CORDONED,
                        "'d1'",
                        facts().cordoned("d1", "q", healthy())
                                .served("d2", "q", sick("disk full"))
                                .pending()));
    }

    private static Stream<Arguments> heldBack() {
        return Stream.of(
                wait(
                        WaitingKind.STORE_AWAY,
                        "The brief cannot be stored now: timeout",
                        facts().told(STORE_AWAY).available(NOW.plusSeconds(1)).pending()),
                wait(
                        WaitingKind.BACK_OFF,
                        "Attempt 2 of 3 may begin at 2030-01-01T00:01:09Z; attempt 1 ended so:"
                                + " boom",
                        facts().attempt(2, 3)
                                .after(FailureKind.BACKEND_ERROR, "boom")
                                .available(NOW.plusSeconds(9))
                                .pending()),
                wait(
                        WaitingKind.BACK_OFF,
                        "Attempt 1 of 1",
                        facts().available(NOW.plusSeconds(1)).pending()));
    }

    private static Stream<Arguments> rooms() {
        return Stream.of(
                wait(
                        WaitingKind.QUEUE_AWAY,
                        "'q' cannot be reached: connection refused",
                        facts().served("d1", "q", healthy()).away("q").pending()),
                wait(
                        WaitingKind.QUEUE_FULL,
                        "No queue for target 'local' takes more than 20 attempts, and 'q' is full;"
                                + " its dispatchers have slots free: 10. 3 for the same target go"
                                + " first",
                        facts().served("d1", "q", healthy())
                                .holds("q", 20)
                                .inLine(3, 0)
                                .pending()));
    }

    private static Stream<Arguments> admitted() {
        return Stream.of(
                wait(
                        WaitingKind.QUEUE_FULL,
                        "'q' is full; its dispatchers have slots free: 10. It is the next to be put"
                                + " there; queue 'r' cannot be reached: connection refused",
                        facts().served("d1", "q", healthy())
                                .served("d2", "r", healthy())
                                .holds("q", 21)
                                .away("r")
                                .pending()),
                wait(
                        WaitingKind.ADMISSION,
                        "the next",
                        facts().served("d1", "q", healthy())
                                .served("d2", "r", healthy())
                                .holds("q", 19)
                                .away("r")
                                .available(NOW)
                                .pending()),
                wait(
                        WaitingKind.ADMISSION,
                        "7 for the same target go first",
                        facts().served("d1", "q", healthy()).inLine(7, 0).pending()),
                wait(
                        WaitingKind.ADMISSION,
                        "for 60 s: look whether a Controller with the role worker runs",
                        facts().served("d1", "q", healthy()).pending()),
                wait(
                        WaitingKind.ADMISSION,
                        "the next",
                        facts().served("d1", "q", healthy()).available(null).pending()));
    }

    private static Stream<Arguments> inLine() {
        return Stream.of(
                wait(
                        WaitingKind.QUEUE_POSITION,
                        "It is the first on queue 'q'; its dispatchers have slots free: 20",
                        facts().served("d1", "q", healthy())
                                .served("d2", "q", healthy())
                                .served("d3", "r", healthy())
                                .queuedOn("q")),
                wait(
                        WaitingKind.QUEUE_POSITION,
                        "4 before it",
                        facts().served("d1", "q", healthy())
                                .holds("q", 5)
                                .inLine(4, 5)
                                .queuedOn("q")),
                wait(
                        WaitingKind.QUEUE_AWAY,
                        "connection refused",
                        facts().served("d1", "q", healthy()).away("q").queuedOn("q")),
                wait(
                        WaitingKind.QUEUE_POSITION,
                        "4 before it",
                        facts().served("d1", "q", healthy())
                                .holds("q", 4)
                                .inLine(4, 5)
                                .queuedFor(Duration.ofSeconds(30))
                                .queuedOn("q")));
    }

    private static Stream<Arguments> lost() {
        return Stream.of(
                wait(
                        WaitingKind.ENTRY_LOST,
                        "it holds 4 where it should hold 5; it is put on a queue again in the next"
                                + " round of the Enqueuer",
                        facts().served("d1", "q", healthy())
                                .holds("q", 4)
                                .inLine(4, 5)
                                .queuedOn("q")),
                wait(
                        WaitingKind.ENTRY_LOST,
                        "Nobody takes from queue 'q' any more; it is put on a queue again soon"
                                + " after 2030-01-01T00:00:30Z",
                        facts().served("d1", "r", healthy()).available(null).queuedOn("q")),
                wait(
                        WaitingKind.ENTRY_LOST,
                        "Nobody takes from queue 'q' any more",
                        facts().cordoned("d1", "q", healthy())
                                .served("d2", "r", healthy())
                                .queuedOn("q")),
                wait(WaitingKind.NO_DISPATCHER, "No dispatcher", facts().queuedOn("q")),
                wait(
                        WaitingKind.BACKEND_UNHEALTHY,
                        "of dispatcher 'd1' is not healthy",
                        facts().served("d1", "q", sick("disk full"), CLUSTER)
                                .served("d2", "r", healthy())
                                .available(null)
                                .queuedOn("q")),
                wait(
                        WaitingKind.BACKEND_UNHEALTHY,
                        "disk full",
                        facts().served("d1", "q", sick("disk full")).queuedOn("q")));
    }

    private static Stream<Arguments> readInVain() {
        return Stream.of(
                wait(
                        WaitingKind.ENTRY_LOST,
                        "Nobody takes from queue 'q' any more",
                        facts().served("d1", "q", sick("disk full"))
                                .served("d2", "r", healthy())
                                .queuedOn("q")),
                wait(
                        WaitingKind.ENTRY_LOST,
                        "Its entry on queue 'q' led nowhere; it is put on a queue again at"
                                + " 2030-01-01T00:01:09Z",
                        facts().served("d1", "q", healthy())
                                .available(NOW.plusSeconds(9))
                                .queuedOn("q")),
                wait(
                        WaitingKind.ENTRY_LOST,
                        "Nobody who takes from queue 'q' can run it now; it is put on a queue again"
                                + " in the next round",
                        facts().served("d1", "q", sick("disk full"), CLUSTER)
                                .served("d2", "r", healthy())
                                .queuedOn("q")));
    }

    private static Stream<Arguments> starting() {
        return Stream.of(
                wait(
                        WaitingKind.START,
                        "Dispatcher 'd1' has claimed it and has said nothing of its container yet",
                        facts().owned(TaskState.PROVISIONING)),
                wait(
                        WaitingKind.START,
                        "has found its container and looks after it: words of adopted",
                        facts().said("adopted").owned(TaskState.PROVISIONING)),
                wait(
                        WaitingKind.START,
                        "waits for its engine: words of start",
                        facts().said("pulled", "start").owned(TaskState.PROVISIONING)),
                wait(
                        WaitingKind.START,
                        "is about to report that it runs: words of created",
                        facts().said("pulled", "created").owned(TaskState.PROVISIONING)),
                wait(
                        WaitingKind.IMAGE_PULL,
                        "is being pulled: words of pulling",
                        facts().said("adopted", "pulling").owned(TaskState.PROVISIONING)),
                wait(
                        WaitingKind.IMAGE_PULL,
                        "could not be pulled yet: words of pull_failed",
                        facts().said("pulling", "pull_failed").owned(TaskState.PROVISIONING)),
                wait(
                        WaitingKind.START,
                        "has its image and makes its container: words of pulled",
                        facts().said("pulling", "pulled").owned(TaskState.PROVISIONING)),
                wait(
                        WaitingKind.BACKEND_UNHEALTHY,
                        "engine hangs",
                        facts().served("d1", "q", sick("engine hangs"))
                                .served("d2", "q", healthy())
                                .said("pulling")
                                .owned(TaskState.PROVISIONING)));
    }

    private static Stream<Arguments> owners() {
        return Stream.of(
                wait(WaitingKind.RUNS, "watched by dispatcher 'd1'", running(facts())),
                wait(
                        WaitingKind.RUNS,
                        "runs",
                        running(facts().served("d1", "q", sick("engine hangs")))),
                wait(
                        WaitingKind.HAND_OVER,
                        "Handed to dispatcher 'd1', which has not taken it over yet; its container,"
                                + " if it has one, runs on",
                        running(facts().owned(false, true, false).said("handed_over"))),
                wait(
                        WaitingKind.HAND_OVER,
                        "its container is stopped once it has",
                        facts().owned(false, true, false).owned(TaskState.CANCELLING)),
                wait(
                        WaitingKind.OWNER_SILENT,
                        "is silent: its lease expired. Nobody else can watch its container; unless"
                                + " it comes back, the attempt counts as lost at 2030-01-01T00:01:59Z"
                                + " or later, and the task fails",
                        running(facts().owned(true, false, false))),
                wait(
                        WaitingKind.OWNER_SILENT,
                        "and attempt 2 of 3 follows",
                        running(facts().attempt(1, 3).owned(true, false, false))),
                wait(
                        WaitingKind.OWNER_SILENT,
                        "has stopped. Dispatcher 'd2' can watch its container and takes over",
                        running(facts().owned(true, false, true).adopted("d2", "d3"))),
                wait(
                        WaitingKind.OWNER_SILENT,
                        "the task ends as CANCELLED at 2030-01-01T00:01:59Z or later, and nobody"
                                + " will have seen its container gone",
                        facts().owned(false, false, false).owned(TaskState.CANCELLING)));
    }

    private static Stream<Arguments> cancels() {
        return Stream.of(
                wait(
                        WaitingKind.CANCEL,
                        "Dispatcher 'd1' was asked to stop the container and has not said yet",
                        facts().cancelled(NOW).owned(TaskState.CANCELLING)),
                wait(
                        WaitingKind.CANCEL,
                        "KILL follows",
                        facts().said("term_sent").owned(TaskState.CANCELLING)),
                wait(
                        WaitingKind.CANCEL,
                        "KILL was sent",
                        facts().said("term_sent", "kill_sent").owned(TaskState.CANCELLING)),
                wait(
                        WaitingKind.CANCEL,
                        "still to report the end",
                        facts().said("kill_sent", "gone").owned(TaskState.CANCELLING)),
                wait(
                        WaitingKind.CANCEL,
                        "longer than the 20 s it may",
                        facts().cancelled(NOW.minusMillis(1)).owned(TaskState.CANCELLING)),
                wait(
                        WaitingKind.CANCEL,
                        "KILL follows if it does not. It takes longer than the 20 s it may",
                        facts().said("term_sent", "cancel_overdue").owned(TaskState.CANCELLING)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("waits")
    void theFirstReasonThatAppliesIsNamed(WaitingKind kind, String words, Facts facts) {
        var explained = Explainer.explain(facts);

        var waiting = waitingOf(explained);
        assertThat(waiting.kind()).isEqualTo(kind);
        assertThat(waiting.message()).contains(words);
        assertThat(waiting.since()).isBetween(ACCEPTED, NOW);
        assertThat(explained.ended()).isNull();
        assertThat(explained.phase()).isEqualTo(Explanation.Phase.of(facts.task().state()));
    }

    @Test
    void everyKindIsReachedByTheCasesAbove() {
        var reached = EnumSet.noneOf(WaitingKind.class);
        waits().forEach(each -> reached.add((WaitingKind) each.get()[0]));

        assertThat(reached).containsExactlyInAnyOrder(WaitingKind.values());
    }

    @Test
    void aPullHasLastedSinceItsFirstTry() {
        var facts = facts().said("pulling", "pull_failed", "pull_failed");

        assertThat(waitingOf(Explainer.explain(facts.owned(TaskState.PROVISIONING))).since())
                .isEqualTo(NOW.minusSeconds(2));
    }

    private static Waiting waitingOf(Explanation explained) {
        assertThat(explained.waitingFor()).isNotNull();
        return explained.waitingFor();
    }

    static Arguments wait(WaitingKind kind, String words, Facts facts) {
        return arguments(kind, words, facts);
    }

    private static Facts running(TestingFacts facts) {
        return facts.owned(TaskState.RUNNING);
    }

    static TestingFacts facts() {
        return new TestingFacts();
    }
}
