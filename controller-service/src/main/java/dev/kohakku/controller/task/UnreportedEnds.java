package dev.kohakku.controller.task;

/**
 * Ends of attempts that a dispatcher owned and did not report itself, as SQL finds them in the
 * timeline: somebody else gave the attempt up, so nobody has said that its container is gone.
 */
public final class UnreportedEnds {

    private UnreportedEnds() {}

    /**
     * A condition on a row of {@code task_events}. The words of the index {@code
     * task_events_unverified}, so that it serves.
     *
     * @param event what the row is called in the query
     */
    public static String among(String event) {
        return "(%1$s.type = 'state' and %1$s.from_state in (%2$s) and %1$s.to_state in ('PENDING', %3$s) and %1$s.actor not like 'dispatcher:%%')"
                .formatted(event, StateSets.OWNED, StateSets.TERMINAL);
    }
}
