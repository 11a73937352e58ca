package dev.kohakku.common.blob;

import java.util.regex.Pattern;

/**
 * The name of an object: segments of letters, digits and {@code . _ - } separated by slashes, at
 * most 900 characters.
 *
 * @param value the name; never starts with a slash, no segment is {@code .} or {@code ..}
 */
public record BlobKey(String value) {

    private static final Pattern FORM =
            Pattern.compile("(?!.*(?:^|/)\\.{1,2}(?:/|$))[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*");

    public BlobKey {
        if (value.length() > 900 || !FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "'"
                            + (value.length() > 100 ? value.substring(0, 100) + "…" : value)
                            + "' is not an object key: letters, digits, '.', '_' and '-' in segments"
                            + " separated by '/', at most 900 characters");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
