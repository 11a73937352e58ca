package dev.kohakku.controller.notification;

import dev.kohakku.controller.task.TaskHistory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/** Drains the outbox for one receiver. Safe on many replicas at once. */
final class Announcer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Announcer.class);

    /** How many deliveries are under way at once: they wait for the network, on virtual threads. */
    private static final int MOST = 64;

    private static final Duration COURTESY = Duration.ofMillis(500);
    private static final String ACTOR = "announcer";
    private static final int LONGEST_ERROR = 1_000;

    private final Receiver receiver;
    private final AnnouncementStore store;
    private final TaskHistory history;
    private final TransactionTemplate transaction;
    private final NotificationProperties properties;
    private final AnnouncementMeters meters;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** The place of each announcement that is being delivered, by the id of its row. */
    private final Map<Long, String> underWay = new ConcurrentHashMap<>();

    private volatile Runnable wake = () -> {};

    Announcer(
            Receiver receiver,
            AnnouncementStore store,
            TaskHistory history,
            TransactionTemplate transaction,
            NotificationProperties properties,
            AnnouncementMeters meters) {
        this.receiver = receiver;
        this.store = store;
        this.history = history;
        this.transaction = transaction;
        this.properties = properties;
        this.meters = meters;
    }

    /**
     * Begins to announce what is due, as much as there is room for, and waits for none of it: a
     * receiver that does not answer holds up nobody else's. Rounds must not overlap. Returns
     * whether more may be due that there is room for.
     */
    boolean round() {
        var room = MOST - underWay.size();
        if (room <= 0) {
            return false;
        }
        var busy = new HashMap<String, Integer>();
        underWay.values().forEach(place -> busy.merge(place, 1, Integer::sum));
        var due = store.takeDue(receiver, room, busy, takenFor());
        for (var each : due) {
            // why: a delivery that outlasts what it was taken for is not begun a second time.
            if (underWay.putIfAbsent(each.id(), each.place()) == null) {
                threads.execute(() -> announceAndLeave(each));
            }
        }
        return !due.isEmpty();
    }

    /** Calls this whenever a delivery is over, so that another can begin at once. */
    void whenThereIsRoom(Runnable wake) {
        this.wake = wake;
    }

    /** Whether nothing is being delivered. */
    boolean isIdle() {
        return underWay.isEmpty();
    }

    /** Lets deliveries end for half a second, then interrupts them: they are made again later. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(COURTESY.toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException stopped) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void announceAndLeave(Announcement announcement) {
        try {
            announce(announcement);
        } catch (RuntimeException failed) {
            // why no more: its row comes back when what it was taken for has passed.
            log.warn("cannot note what became of announcement {}", announcement.id(), failed);
        } finally {
            underWay.remove(announcement.id());
            wake.run();
        }
    }

    // why twice: connecting and answering have the same limit, one after the other.
    private Duration takenFor() {
        return properties.requestTimeout().multipliedBy(2).plusSeconds(10);
    }

    private void announce(Announcement announcement) {
        try {
            var said = receiver.deliver(announcement);
            transaction.executeWithoutResult(_ -> {
                if (store.remove(announcement.id()) && !said.isEmpty()) {
                    record(announcement, "announced", said);
                }
            });
            meters.delivered(receiver, announcement);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RefusedForGoodException refused) {
            giveUp(announcement, String.valueOf(refused.getMessage()));
        } catch (Exception failed) {
            postpone(announcement, wordsOf(failed));
        }
    }

    private void giveUp(Announcement announcement, String error) {
        var givenUp =
                transaction.execute(
                        _ -> recorded(announcement, error, store.giveUp(announcement, error)));
        if (givenUp) {
            countGivenUp(announcement, error);
        }
    }

    private void postpone(Announcement announcement, String error) {
        meters.failed(receiver);
        var givenUp =
                transaction.execute(_ ->
                        recorded(
                                announcement,
                                error,
                                store.postpone(
                                        announcement, receiver, error, properties.giveUpAfter())));
        if (givenUp) {
            countGivenUp(announcement, error);
        } else {
            log.info(
                    "the end of {} is announced later, try {} failed: {}",
                    announcement.task().attempt(),
                    announcement.tries(),
                    error);
        }
    }

    private boolean recorded(Announcement announcement, String error, boolean givenUp) {
        if (givenUp) {
            record(
                    announcement,
                    "announcement_given_up",
                    "gave up after " + announcement.tries() + " tries: " + error);
        }
        return givenUp;
    }

    /** Only after the commit: without it the announcement is made again, and may be taken. */
    private void countGivenUp(Announcement announcement, String error) {
        log.warn("the end of {} is not announced: {}", announcement.task().attempt(), error);
        meters.givenUp(receiver, announcement);
    }

    private void record(Announcement announcement, String type, String message) {
        history.append(
                announcement.task().attempt(),
                announcement.task().epoch(),
                type,
                ACTOR,
                message,
                Map.of("kind", receiver.kind(), "tries", announcement.tries()));
    }

    private static String wordsOf(Exception failed) {
        var words =
                failed.getMessage() == null
                        ? failed.getClass().getSimpleName()
                        : failed.getClass().getSimpleName() + ": " + failed.getMessage();
        return words.length() > LONGEST_ERROR ? words.substring(0, LONGEST_ERROR) : words;
    }
}
