package dev.kohakku.controller.plans;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What Postgres did for a statement, as {@code EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)} says. */
record Plan(JsonNode root) {

    /** Tables that grow with every task. */
    private static final Set<String> LARGE =
            Set.of("tasks", "attempts", "task_events", "dispatch_outbox", "idempotency_keys");

    /** More rows than any statement has to do with. */
    private static final long MANY = 2_000;

    /** Pages of 8 KiB: some for each row that is worked on, and none for those that wait. */
    private static final long MANY_PAGES = 5_000;

    /** From here on Postgres compiles a statement, which takes longer than any of ours may. */
    private static final double JIT_ABOVE = 100_000;

    static Plan parse(JsonNode explained) {
        return new Plan(explained.get(0).get("Plan"));
    }

    /** Everything about it that grows with what waits or has ended. */
    List<String> faults() {
        var faults = new ArrayList<String>();
        var pages = number(root, "Shared Hit Blocks") + number(root, "Shared Read Blocks");
        if (pages > MANY_PAGES) {
            faults.add("reads " + pages + " pages");
        }
        if (root.path("Total Cost").asDouble(0) > JIT_ABOVE) {
            faults.add("is thought to cost " + root.path("Total Cost").asDouble(0));
        }
        look(root, faults);
        return faults;
    }

    private static void look(JsonNode node, List<String> faults) {
        var type = node.path("Node Type").asString("");
        var table = node.path("Relation Name").asString("");
        var loops = Math.max(1, number(node, "Actual Loops"));
        var rows = number(node, "Actual Rows") * loops;
        var removed =
                (number(node, "Rows Removed by Filter")
                                + number(node, "Rows Removed by Join Filter")
                                + number(node, "Rows Removed by Index Recheck"))
                        * loops;
        if (type.equals("Seq Scan") && LARGE.contains(table)) {
            faults.add("scans " + table);
        }
        if (rows + removed > MANY) {
            faults.add(type + " " + table + " has to do with " + (rows + removed) + " rows");
        }
        for (var child : node.path("Plans")) {
            look(child, faults);
        }
    }

    private static long number(JsonNode node, String field) {
        return Math.round(node.path(field).asDouble(0));
    }
}
