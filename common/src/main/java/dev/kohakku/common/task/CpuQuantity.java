package dev.kohakku.common.task;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * An amount of CPU in Kubernetes notation: {@code 2}, {@code 0.5}, {@code 250m}.
 *
 * @param nanos billionths of one CPU, the unit of Docker's {@code NanoCpus}; at least 1,000,000
 *     ({@code 1m})
 * @see <a
 *     href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/">Quantity</a>
 */
public record CpuQuantity(long nanos) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(m?)");
    private static final long ONE_CPU = 1_000_000_000L;
    private static final long ONE_MILLI = 1_000_000L;

    public CpuQuantity {
        if (nanos < ONE_MILLI || nanos > 4096 * ONE_CPU) {
            throw new IllegalArgumentException("CPU must be from 1m to 4096");
        }
    }

    /**
     * Reads the Kubernetes form.
     *
     * @throws IllegalArgumentException when the text is no CPU quantity, is finer than {@code 1m}
     *     or out of range
     */
    public static CpuQuantity parse(String text) {
        var match = FORM.matcher(text);
        if (!match.matches()) {
            throw new IllegalArgumentException(
                    "'"
                            + Abbreviated.of(text)
                            + "' is not a CPU quantity: write cores (\"2\", \"0.5\") or thousandths of one (\"250m\")");
        }
        var unit = match.group(2).isEmpty() ? ONE_CPU : ONE_MILLI;
        var nanos = new BigDecimal(match.group(1)).multiply(BigDecimal.valueOf(unit));
        if (nanos.remainder(BigDecimal.valueOf(ONE_MILLI)).signum() != 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' is finer than the smallest CPU quantity, 1m");
        }
        return new CpuQuantity(nanos.longValueExact());
    }

    /** The shortest form {@link #parse} reads back. */
    @Override
    public String toString() {
        return nanos % ONE_CPU == 0 ? Long.toString(nanos / ONE_CPU) : nanos / ONE_MILLI + "m";
    }
}
