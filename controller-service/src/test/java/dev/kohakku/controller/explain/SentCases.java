package dev.kohakku.controller.explain;

import static dev.kohakku.controller.explain.ExplainerTest.facts;
import static dev.kohakku.controller.explain.TestingFacts.healthy;
import static dev.kohakku.controller.explain.TestingFacts.sick;

import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What tasks wait for whose dispatcher is sent its attempts. */
final class SentCases {

    private SentCases() {}

    static Stream<Arguments> all() {
        return Stream.of(
                ExplainerTest.wait(
                        WaitingKind.DISPATCHER_AWAY,
                        "Attempts cannot be sent now: refused",
                        facts().sent("d1", "l", 5, healthy())
                                .told("attempts cannot be sent now: refused")
                                .pending()),
                ExplainerTest.wait(
                        WaitingKind.DISPATCHER_AWAY,
                        "still to be sent to the dispatcher of queue 'l'",
                        facts().sent("d1", "l", 5, healthy()).queuedOn("l")),
                // why not as still to be sent: its dispatcher has read it and could not run it.
                ExplainerTest.wait(
                        WaitingKind.BACKEND_UNHEALTHY,
                        "disk full",
                        facts().sent("d1", "l", 5, sick("disk full"), ExplainerTest.CLUSTER)
                                .queuedOn("l")),
                ExplainerTest.wait(
                        WaitingKind.QUEUE_POSITION,
                        "on queue 'l'",
                        facts().sent("d1", "l", 5, healthy()).available(null).queuedOn("l")),
                ExplainerTest.wait(
                        WaitingKind.QUEUE_FULL,
                        "takes more than 5 attempts, and 'l' is full",
                        facts().sent("d1", "l", 5, healthy()).holds("l", 5).pending()),
                ExplainerTest.wait(
                        WaitingKind.NO_DISPATCHER,
                        "No dispatcher is live",
                        facts().told("attempts cannot be sent now: refused").pending()));
    }
}
