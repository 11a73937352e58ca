package dev.kohakku.controller.database;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A position in the log of a Postgres cluster, which replicas replay in order: who has replayed it
 * shows all that was committed before it.
 *
 * @param position bytes from the beginning, unsigned
 */
record Lsn(long position) implements Comparable<Lsn> {

    private static final Pattern FORM = Pattern.compile("([0-9A-Fa-f]{1,8})/([0-9A-Fa-f]{1,8})");
    private static final int HALF = 32;

    /** As Postgres writes it, such as {@code 16/B374D848}; empty for anything else. */
    static Optional<Lsn> parse(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        var parts = FORM.matcher(text);
        return parts.matches()
                ? Optional.of(
                        new Lsn(
                                Long.parseLong(parts.group(1), 16) << HALF
                                        | Long.parseLong(parts.group(2), 16)))
                : Optional.empty();
    }

    Lsn later(@Nullable Lsn other) {
        return other != null && other.compareTo(this) > 0 ? other : this;
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(position, other.position);
    }

    @Override
    public String toString() {
        return "%X/%X".formatted(position >>> HALF, position & 0xFFFF_FFFFL);
    }
}
