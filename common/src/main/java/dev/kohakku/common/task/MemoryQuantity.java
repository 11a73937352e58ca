package dev.kohakku.common.task;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * An amount of memory in Kubernetes notation: {@code 64Mi}, {@code 1.5Gi}, {@code 500M}, {@code
 * 134217728}.
 *
 * @param bytes at least 6 MiB, the least a Docker engine accepts
 * @see <a
 *     href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/">Quantity</a>
 */
public record MemoryQuantity(long bytes) {

    private static final Pattern FORM =
            Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)([kKMGTPE]i?)?");
    private static final long LEAST = 6L << 20;
    private static final long MOST = 1L << 50;
    private static final Map<Character, Integer> POWERS =
            Map.of('k', 1, 'K', 1, 'M', 2, 'G', 3, 'T', 4, 'P', 5, 'E', 6);

    public MemoryQuantity {
        if (bytes < LEAST || bytes > MOST) {
            throw new IllegalArgumentException("memory must be from 6Mi to 1Pi");
        }
    }

    /**
     * Reads the Kubernetes form.
     *
     * @throws IllegalArgumentException when the text is no memory quantity (such as {@code 2Gb}) or
     *     out of range
     */
    public static MemoryQuantity parse(String text) {
        var match = FORM.matcher(text);
        // why: Kubernetes knows "k" and "Ki", but neither "K" nor "ki".
        var suffix = match.matches() ? match.group(2) : "?";
        if ("?".equals(suffix) || "K".equals(suffix) || "ki".equals(suffix)) {
            throw new IllegalArgumentException(
                    "'"
                            + Abbreviated.of(text)
                            + "' is not a memory quantity: write bytes with a suffix such as Ki, Mi, Gi or k, M, G");
        }
        var unit =
                suffix == null
                        ? BigInteger.ONE
                        : BigInteger.valueOf(suffix.endsWith("i") ? 1024 : 1000)
                                .pow(POWERS.getOrDefault(suffix.charAt(0), 0));
        var bytes = new BigDecimal(match.group(1)).multiply(new BigDecimal(unit)).toBigInteger();
        if (bytes.bitLength() > 62) {
            throw new IllegalArgumentException("memory must be from 6Mi to 1Pi");
        }
        return new MemoryQuantity(bytes.longValueExact());
    }

    /** The shortest binary form {@link #parse} reads back. */
    @Override
    public String toString() {
        if (bytes % (1L << 30) == 0) {
            return (bytes >> 30) + "Gi";
        }
        return bytes % (1L << 20) == 0 ? (bytes >> 20) + "Mi" : Long.toString(bytes);
    }
}
