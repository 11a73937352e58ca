package dev.kohakku.standalone;

import java.util.Map;

/**
 * How many processes there are of each service.
 *
 * @param controllers {@code CONTROLLERS}: more than one get a balancer in front
 * @param workers {@code WORKERS}: with one or more of them the background work is theirs, and the
 *     Controllers answer requests only
 * @param dispatchers {@code DISPATCHERS}
 * @param workflowWorkers {@code WORKFLOW_WORKERS}
 */
record Counts(int controllers, int workers, int dispatchers, int workflowWorkers) {

    /** Of each: what Postgres' connections on one machine are enough for. */
    static final int MOST = 8;

    static Counts from(Map<String, String> environment) {
        return new Counts(
                count(environment, "CONTROLLERS", 1, 1),
                count(environment, "WORKERS", 0, 0),
                count(environment, "DISPATCHERS", 1, 1),
                count(environment, "WORKFLOW_WORKERS", 1, 1));
    }

    int processes() {
        return controllers + workers + dispatchers + workflowWorkers;
    }

    private static int count(
            Map<String, String> environment, String name, int least, int otherwise) {
        var value = environment.getOrDefault(name, "").strip();
        if (value.isEmpty()) {
            return otherwise;
        }
        // Not by Integer.parseInt alone: it takes a sign and digits of every script.
        if (value.matches("[0-9]{1,4}")) {
            int count = Integer.parseInt(value);
            if (count >= least && count <= MOST) {
                return count;
            }
        }
        throw new StartRefused(
                name + " is '" + value + "': it must be a number from " + least + " to " + MOST);
    }
}
