package dev.kohakku.controller.demand;

import java.util.List;

/**
 * What a pool has to do now, and who is there to do it.
 *
 * @param waiting tasks that no dispatcher has claimed yet, whether on a queue or not
 * @param capped whether there are more waiting than were counted
 * @param oldestWaitingSeconds how long the oldest of them has waited; 0 where none does
 * @param running tasks that a dispatcher owns
 * @param capacity how many its live dispatchers work on at most, cordoned ones left out
 * @param free how many more they would take
 * @param dispatchers how many are live
 * @param wantedInstances how many dispatchers there should be
 */
record Demand(
        String pool,
        long waiting,
        boolean capped,
        long oldestWaitingSeconds,
        long running,
        long capacity,
        long free,
        int dispatchers,
        int wantedInstances,
        List<OfType> byType,
        List<OfPriority> byPriority) {

    /** The same of one runtime type; a dispatcher with several counts for each. */
    record OfType(
            String type, long waiting, long oldestWaitingSeconds, long running, long capacity) {}

    /** How many wait with one priority. */
    record OfPriority(int priority, long waiting) {}

    /**
     * What the number of instances is bounded by.
     *
     * @param perInstance how many tasks one is to have; 0 for the capacity of those there are
     */
    record Bounds(int least, int most, int perInstance) {

        /** None. */
        static final Bounds NONE = new Bounds(0, Integer.MAX_VALUE, 0);

        /**
         * How many instances there should be: enough for all that waits or runs, within the bounds,
         * and never fewer than hold running work.
         */
        int wanted(long tasks, long each, int holding) {
            var enough = (tasks + each - 1) / Math.max(1, each);
            return Math.max(holding, (int) Math.min(most, Math.max(least, enough)));
        }
    }
}
