package dev.kohakku.common.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.kohakku.common.task.TestingIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every queue promises. A subclass gives the queue of one test, empty. */
public abstract class TaskQueueContract {

    protected static final Duration AT_ONCE = Duration.ZERO;
    protected static final Duration PATIENT = Duration.ofSeconds(20);
    private static final int MOST_DELIVERIES = 5;

    /** A consumer of this test's queue; another name is another consumer. */
    protected abstract TaskQueue consumer(String name);

    /**
     * This consumer stops without a word; so much time passes that others may count it as gone,
     * where anything depends on that.
     */
    protected void dies(String name) {}

    /** The reasons of this test's dead letters, oldest first. */
    protected List<String> reasons() {
        return consumer("any").deadLetters(100).stream().map(DeadLetter::reason).toList();
    }

    protected static QueuedAttempt newEntry() {
        return new QueuedAttempt(TestingIds.newAttempt(), null);
    }

    protected static List<QueuedAttempt> newEntries(int number) {
        return Stream.generate(TaskQueueContract::newEntry).limit(number).toList();
    }

    private static List<QueuedAttempt> content(List<Delivery> deliveries) {
        return deliveries.stream().map(Delivery::queued).toList();
    }

    @Test
    void entriesComeInTheOrderTheyWereEnqueued() throws Exception {
        var queue = consumer("one");
        var traced =
                new QueuedAttempt(
                        TestingIds.newAttempt(),
                        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        var entries = List.of(newEntry(), traced, newEntry());

        queue.enqueue(entries);

        assertThat(content(takeAll(queue, 3))).isEqualTo(entries);
    }

    @Test
    void noMoreThanAskedForIsTaken() throws Exception {
        var queue = consumer("one");
        queue.enqueue(newEntries(5));

        assertThat(takeAll(queue, 2)).hasSize(2);
        assertThat(queue.depth()).isEqualTo(5);
    }

    @Test
    void enqueuingNothingIsFine() throws Exception {
        var queue = consumer("one");

        queue.enqueue(List.of());

        assertThat(queue.depth()).isZero();
    }

    @Test
    void anEmptyQueueAnswersEmptyAfterTheWait() throws Exception {
        var queue = consumer("one");

        assertThat(queue.take(1, AT_ONCE)).isEmpty();
        assertThat(queue.take(1, Duration.ofMillis(20))).isEmpty();
    }

    @Test
    void aWaitingConsumerGetsWhatComes() throws Exception {
        var waiting = consumer("one");
        waiting.take(1, AT_ONCE);
        var entry = newEntry();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var taken = threads.submit((Callable<List<Delivery>>) () -> waiting.take(1, PATIENT));
            consumer("two").enqueue(List.of(entry));

            assertThat(content(taken.get())).containsExactly(entry);
        }
    }

    @Test
    void twoConsumersNeverShareAnEntry() throws Exception {
        var entries = newEntries(300);
        consumer("producer").enqueue(entries);
        var taken = new ConcurrentLinkedQueue<QueuedAttempt>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var consumers = new ArrayList<Future<?>>();
            for (var name : List.of("one", "two", "three")) {
                consumers.add(threads.submit(() -> drain(consumer(name), taken)));
            }
            for (var consumer : consumers) {
                consumer.get();
            }
        }

        assertThat(taken).containsExactlyInAnyOrderElementsOf(entries);
        assertThat(consumer("one").depth()).isZero();
    }

    private static Void drain(TaskQueue queue, ConcurrentLinkedQueue<QueuedAttempt> to)
            throws InterruptedException {
        while (queue.depth() > 0) {
            for (var delivery : queue.take(7, Duration.ofMillis(5))) {
                to.add(delivery.queued());
                queue.acknowledge(delivery);
            }
        }
        return null;
    }

    @Test
    void whatIsAcknowledgedNeverComesBack() throws Exception {
        var queue = consumer("one");
        queue.enqueue(newEntries(1));
        var delivery = takeAll(queue, 1).getFirst();

        queue.acknowledge(delivery);
        queue.acknowledge(delivery);

        assertThat(queue.depth()).isZero();
        assertThat(queue.take(1, AT_ONCE)).isEmpty();
        assertThat(queue.takeOver(1, AT_ONCE, Set.of())).isEmpty();
    }

    @Test
    void whatNobodyAcknowledgedIsTakenOverByAnother() throws Exception {
        var entry = newEntry();
        var dead = consumer("one");
        dead.enqueue(List.of(entry));
        var first = takeAll(dead, 1).getFirst();
        dies("one");

        var second = consumer("two").takeOver(10, AT_ONCE, Set.of());

        assertThat(first.count()).isEqualTo(1);
        assertThat(second).containsExactly(new Delivery(first.entryId(), entry, 2));
    }

    @Test
    void whatIsHeldForAShortWhileOnlyIsLeftToItsConsumer() throws Exception {
        var busy = consumer("one");
        busy.enqueue(newEntries(1));
        takeAll(busy, 1);

        assertThat(consumer("two").takeOver(10, Duration.ofHours(1), Set.of())).isEmpty();
        assertThat(busy.depth()).isEqualTo(1);
    }

    @Test
    void whatAConsumerStillWorksOnIsNeitherTakenOverByItselfNorCounted() throws Exception {
        var queue = consumer("one");
        queue.enqueue(newEntries(2));
        var held = takeAll(queue, 2).getFirst();

        for (var look = 0; look < MOST_DELIVERIES + 2; look++) {
            queue.takeOver(10, AT_ONCE, Set.of(held.entryId()));
        }

        assertThat(queue.takeOver(10, AT_ONCE, Set.of()))
                .extracting(Delivery::entryId, Delivery::count)
                .containsExactly(tuple(held.entryId(), 2L));
    }

    @Test
    void takingOverFromAQueueThatNeverWasFindsNothing() {
        assertThat(consumer("one").takeOver(10, AT_ONCE, Set.of())).isEmpty();
    }

    @Test
    void whatIsDeliveredTooOftenIsBuried() throws Exception {
        var queue = consumer("one");
        queue.enqueue(newEntries(1));
        takeAll(queue, 1);
        for (var count = 2; count <= MOST_DELIVERIES; count++) {
            assertThat(queue.takeOver(1, AT_ONCE, Set.of()))
                    .extracting(Delivery::count)
                    .containsExactly((long) count);
        }

        assertThat(queue.takeOver(1, AT_ONCE, Set.of())).isEmpty();
        assertThat(queue.depth()).isZero();
        assertThat(reasons()).containsExactly("delivered 5 times and never acknowledged");
    }

    @Test
    void whatIsBuriedIsKeptOnceWithItsReasonAndNeverComesBack() throws Exception {
        var queue = consumer("one");
        queue.enqueue(newEntries(1));
        var delivery = takeAll(queue, 1).getFirst();

        queue.bury(delivery, "nobody wants it");
        queue.bury(delivery, "nobody wants it");

        assertThat(reasons()).containsExactly("nobody wants it");
        assertThat(queue.depth()).isZero();
        assertThat(queue.takeOver(1, AT_ONCE, Set.of())).isEmpty();
    }

    @Test
    void aDeadLetterTellsWhatItWasAndWhy() throws Exception {
        var queue = consumer("one");
        var entry = newEntry();
        queue.enqueue(List.of(entry));
        var delivery = takeAll(queue, 1).getFirst();
        queue.bury(delivery, "nobody wants it");

        var letter = queue.deadLetters(1).getFirst();

        assertThat(letter.reason()).isEqualTo("nobody wants it");
        assertThat(letter.entryId()).isEqualTo(delivery.entryId());
        assertThat(letter.queued()).isEqualTo(entry);
        assertThat(letter.fields())
                .containsEntry("task_id", entry.attempt().task().toString())
                .containsEntry("attempt", "1");
    }

    @Test
    void deadLettersAreReadTheOldestFirstAndStayUntilTheyAreForgotten() throws Exception {
        var queue = consumer("one");
        queue.enqueue(newEntries(3));
        for (var delivery : takeAll(queue, 3)) {
            queue.bury(delivery, "number " + delivery.entryId());
        }
        var all = queue.deadLetters(10);
        assertThat(all).hasSize(3).isEqualTo(consumer("two").deadLetters(10));

        assertThat(queue.deadLetters(2)).isEqualTo(all.subList(0, 2));
        queue.forget(all.getFirst());
        queue.forget(all.getFirst());

        assertThat(queue.deadLetters(10)).isEqualTo(all.subList(1, 3));
    }

    @Test
    void aQueueThatNeverWasHasNoDeadLetters() {
        assertThat(consumer("one").deadLetters(10)).isEmpty();
    }

    @Test
    void aWaitingConsumerCanBeInterruptedWithoutLosingAnEntry() throws Exception {
        var interrupted = consumer("one");
        interrupted.take(1, AT_ONCE);
        var ending = new AtomicReference<Throwable>();
        var thread =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                interrupted.take(1, PATIENT);
                            } catch (InterruptedException expected) {
                                ending.set(expected);
                            }
                        });
        thread.interrupt();
        assertThat(thread.join(PATIENT)).isTrue();
        assertThat(ending.get()).isInstanceOf(InterruptedException.class);

        var entry = newEntry();
        interrupted.enqueue(List.of(entry));

        // why both ways: the interrupted read may have been answered just then.
        var found = new ArrayList<>(interrupted.take(1, Duration.ofMillis(200)));
        found.addAll(interrupted.takeOver(1, AT_ONCE, Set.of()));
        assertThat(found).extracting(Delivery::queued).contains(entry);
    }

    @Test
    void takingLessThanOneIsRefused() {
        var queue = consumer("one");

        assertThatThrownBy(() -> queue.take(0, AT_ONCE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> queue.takeOver(0, AT_ONCE, Set.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> queue.deadLetters(0)).isInstanceOf(IllegalArgumentException.class);
    }

    /**
     * Takes so many, with as many calls as it needs: the first may only make the consumer group.
     */
    protected static List<Delivery> takeAll(TaskQueue queue, int number)
            throws InterruptedException {
        var taken = new ArrayList<Delivery>();
        var end = System.nanoTime() + PATIENT.toNanos();
        while (taken.size() < number && System.nanoTime() < end) {
            taken.addAll(queue.take(number - taken.size(), Duration.ofMillis(50)));
        }
        return taken;
    }
}
