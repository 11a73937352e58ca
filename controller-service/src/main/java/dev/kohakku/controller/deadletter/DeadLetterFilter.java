package dev.kohakku.controller.deadletter;

import dev.kohakku.controller.deadletter.DeadLetterView.Kind;
import dev.kohakku.controller.web.Cursor;
import dev.kohakku.controller.web.FieldErrors;
import dev.kohakku.controller.web.QueryFields;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters a list shows.
 *
 * @param kinds any of them
 * @param redriven those that are done again; otherwise those that are not
 * @param limit at most so many
 * @param after those that died before this one; null to begin with the newest
 */
record DeadLetterFilter(Set<Kind> kinds, boolean redriven, int limit, @Nullable Place after) {

    /** Where a letter stands in the list. Two may have died at one moment. */
    record Place(Instant diedAt, UUID id) {

        static Place parse(String text) {
            var slash = text.indexOf('/');
            if (slash < 1) {
                throw new IllegalArgumentException(
                        "is not a cursor: take next_cursor of an answer");
            }
            return new Place(
                    QueryFields.instantOf(text.substring(0, slash)),
                    UUID.fromString(text.substring(slash + 1)));
        }

        @Override
        public String toString() {
            return diedAt + "/" + id;
        }
    }

    /** Reads the parameters of a query. */
    static DeadLetterFilter read(QueryFields query, FieldErrors errors) {
        var kinds = EnumSet.noneOf(Kind.class);
        query.repeated("kind").forEach(text -> addKind(text, kinds, errors));
        var unplaced =
                new DeadLetterFilter(
                        kinds.isEmpty() ? EnumSet.allOf(Kind.class) : kinds,
                        query.flag("redriven"),
                        query.whole("limit", 1, 200, 50),
                        null);
        var after =
                query.parsed(
                        "cursor", text -> Place.parse(Cursor.after(unplaced.fingerprint(), text)));
        query.refuseUnknown();
        errors.refuseIfAny();
        return new DeadLetterFilter(unplaced.kinds(), unplaced.redriven(), unplaced.limit(), after);
    }

    private static void addKind(String text, Set<Kind> kinds, FieldErrors errors) {
        try {
            kinds.add(Kind.of(text));
        } catch (IllegalArgumentException unknown) {
            errors.add("kind", "format", String.valueOf(unknown.getMessage()));
        }
    }

    /** The cursor of the page after one that ends with this letter. */
    String cursorAfter(DeadLetterView last) {
        return Cursor.of(fingerprint(), new Place(last.diedAt(), last.id()).toString());
    }

    private String fingerprint() {
        return "dead-letters" + kinds + redriven;
    }
}
