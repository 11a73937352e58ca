package dev.kohakku.controller.workflow;

import dev.kohakku.controller.web.Cursor;
import dev.kohakku.controller.web.FieldErrors;
import dev.kohakku.controller.web.QueryFields;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which instances a list shows.
 *
 * @param states any of them; empty for all
 * @param workflow this one; null for any
 * @param limit at most so many
 * @param after those older than this one; null to begin with the newest
 */
record WorkflowFilter(
        List<String> states, @Nullable String workflow, int limit, @Nullable UUID after) {

    /** Reads the parameters of a query. */
    static WorkflowFilter read(QueryFields query, FieldErrors errors) {
        var states = query.repeated("state");
        var known = Arrays.stream(WorkflowState.values()).map(Enum::name).toList();
        states.stream()
                .filter(state -> !known.contains(state))
                .forEach(state ->
                        errors.add("state", "format", "'" + state + "' is none of " + known));
        var unplaced =
                new WorkflowFilter(
                        states, query.text("workflow"), query.whole("limit", 1, 200, 50), null);
        var after =
                query.parsed(
                        "cursor",
                        text -> UUID.fromString(Cursor.after(unplaced.fingerprint(), text)));
        query.refuseUnknown();
        return new WorkflowFilter(states, unplaced.workflow(), unplaced.limit(), after);
    }

    /** The cursor of the page after one that ends with this instance. */
    String cursorAfter(UUID last) {
        return Cursor.of(fingerprint(), last.toString());
    }

    private String fingerprint() {
        return "workflow-instances" + states + workflow;
    }

    /** Conditions that belong after a {@code where …}. */
    String conditions() {
        return (states.isEmpty() ? "" : " and w.state in (:states)")
                + (workflow == null ? "" : " and w.workflow = :workflow")
                + (after == null ? "" : " and w.id < :after");
    }

    /** The values of {@link #conditions}. */
    Map<String, Object> parameters() {
        var parameters = new HashMap<String, Object>();
        if (!states.isEmpty()) {
            parameters.put("states", states);
        }
        if (workflow != null) {
            parameters.put("workflow", workflow);
        }
        if (after != null) {
            parameters.put("after", after);
        }
        return parameters;
    }
}
