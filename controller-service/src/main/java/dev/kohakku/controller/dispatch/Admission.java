package dev.kohakku.controller.dispatch;

import dev.kohakku.controller.fleet.Dispatchers;

/**
 * Decides which tasks may go on which queue now: those for whose target a live dispatcher that is
 * not cordoned has a healthy backend, as long as its queue is short.
 */
final class Admission {

    private final Dispatchers dispatchers;
    private final Destinations destinations;

    Admission(Dispatchers dispatchers, Destinations destinations) {
        this.dispatchers = dispatchers;
        this.destinations = destinations;
    }

    /**
     * Looks at the fleet and its queues. Asks Postgres; the queues are asked when they are needed.
     */
    Openings look() {
        return new Openings(dispatchers.live(), destinations);
    }
}
