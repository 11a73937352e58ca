package dev.kohakku.controller.notification;

import dev.kohakku.controller.task.TaskHistory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/** Drains the outbox for one receiver. Safe on many replicas at once. */
final class Announcer {

    private static final Logger log = LoggerFactory.getLogger(Announcer.class);
    private static final int BATCH = 32;
    private static final String ACTOR = "announcer";
    private static final int LONGEST_ERROR = 1_000;

    private final Receiver receiver;
    private final AnnouncementStore store;
    private final TaskHistory history;
    private final TransactionTemplate transaction;
    private final NotificationProperties properties;

    Announcer(
            Receiver receiver,
            AnnouncementStore store,
            TaskHistory history,
            TransactionTemplate transaction,
            NotificationProperties properties) {
        this.receiver = receiver;
        this.store = store;
        this.history = history;
        this.transaction = transaction;
        this.properties = properties;
    }

    /** Announces a batch, all at once. Returns whether more may be due. */
    boolean round() throws InterruptedException {
        var due = store.takeDue(receiver.kind(), BATCH, takenFor());
        if (due.isEmpty()) {
            return false;
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.invokeAll(
                    due.stream().map(each -> (Callable<Boolean>) () -> announce(each)).toList());
        }
        return due.size() == BATCH;
    }

    // why twice: connecting and answering have the same limit, one after the other.
    private Duration takenFor() {
        return properties.requestTimeout().multipliedBy(2).plusSeconds(10);
    }

    private boolean announce(Announcement announcement) {
        try {
            var said = receiver.deliver(announcement);
            transaction.executeWithoutResult(_ -> {
                if (store.remove(announcement.id()) && !said.isEmpty()) {
                    record(announcement, "announced", said);
                }
            });
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RefusedForGoodException refused) {
            giveUp(announcement, String.valueOf(refused.getMessage()));
        } catch (Exception failed) {
            postpone(announcement, wordsOf(failed));
        }
        return false;
    }

    private void giveUp(Announcement announcement, String error) {
        transaction.executeWithoutResult(_ -> {
            if (store.giveUp(announcement, error)) {
                recordGivenUp(announcement, error);
            }
        });
    }

    private void postpone(Announcement announcement, String error) {
        transaction.executeWithoutResult(_ -> {
            if (store.postpone(announcement, receiver, error, properties.giveUpAfter())) {
                recordGivenUp(announcement, error);
            } else {
                log.info(
                        "the end of {} is announced later, try {} failed: {}",
                        announcement.task().attempt(),
                        announcement.tries(),
                        error);
            }
        });
    }

    private void recordGivenUp(Announcement announcement, String error) {
        log.warn("the end of {} is not announced: {}", announcement.task().attempt(), error);
        record(
                announcement,
                "announcement_given_up",
                "gave up after " + announcement.tries() + " tries: " + error);
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
