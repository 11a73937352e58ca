package dev.kohakku.controller.leak;

import dev.kohakku.controller.web.Cursor;
import dev.kohakku.controller.web.FieldErrors;
import dev.kohakku.controller.web.QueryFields;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which leaks a list shows.
 *
 * @param kinds any of them; empty for all
 * @param resolved those that are resolved; otherwise those that are not
 * @param after the last one of the page before; null to begin with the newest
 */
record LeakFilter(Set<LeakKind> kinds, boolean resolved, int limit, @Nullable Place after) {

    /**
     * Where a leak stands in the list.
     *
     * @param firstSeenAt in ISO-8601
     * @param reference tells those of one moment apart
     */
    record Place(String firstSeenAt, String reference) {

        private static Place parse(String text) {
            var space = text.indexOf(' ');
            if (space < 1) {
                throw new IllegalArgumentException(
                        "is not a cursor: take next_cursor of an answer");
            }
            return new Place(
                    QueryFields.instantOf(text.substring(0, space)).toString(),
                    text.substring(space + 1));
        }
    }

    /** Reads the query of {@code GET /leaks}; wrong values are noted and read as not given. */
    static LeakFilter read(QueryFields query, FieldErrors errors) {
        var kinds = EnumSet.noneOf(LeakKind.class);
        query.repeated("kind").forEach(text -> addKind(text, kinds, errors));
        var first =
                new LeakFilter(
                        kinds, query.flag("resolved"), query.whole("limit", 1, 200, 50), null);
        var after =
                query.parsed(
                        "cursor", text -> Place.parse(Cursor.after(first.fingerprint(), text)));
        query.refuseUnknown();
        return new LeakFilter(kinds, first.resolved(), first.limit(), after);
    }

    private static void addKind(String text, Set<LeakKind> kinds, FieldErrors errors) {
        try {
            kinds.add(LeakKind.valueOf(text));
        } catch (IllegalArgumentException unknown) {
            errors.add(
                    "kind", "format", "'" + text + "' is none of " + EnumSet.allOf(LeakKind.class));
        }
    }

    /** The cursor of the page after one that ends here. */
    String cursorAfter(Place last) {
        return Cursor.of(fingerprint(), last.firstSeenAt() + " " + last.reference());
    }

    private String fingerprint() {
        return "leaks" + kinds + resolved;
    }
}
