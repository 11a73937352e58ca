package dev.kohakku.common.task;

/**
 * Who may act for an attempt now. Grows by one with each change of owner; a write that carries an
 * older one is refused.
 *
 * @param value 0 before the first claim
 */
public record Epoch(long value) implements Comparable<Epoch> {

    /** The epoch of an attempt nobody has claimed. */
    public static final Epoch UNCLAIMED = new Epoch(0);

    public Epoch {
        if (value < 0) {
            throw new IllegalArgumentException("an epoch is not negative, got " + value);
        }
    }

    @Override
    public int compareTo(Epoch other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
