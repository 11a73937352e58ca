package dev.kohakku.common.log;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.task.AttemptId;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of an archived chunk: {@code logs/<task>/<attempt>/<start>_<end>.ndjson}, both positions
 * as {@code <stdout>-<stderr>} with zeros in front.
 *
 * @param start the position before its first line
 * @param end the position after its last line
 */
record LogChunk(AttemptId attempt, LogPosition start, LogPosition end) {

    private static final Pattern FORM =
            Pattern.compile("(\\d{12})-(\\d{12})_(\\d{12})-(\\d{12})\\.ndjson");

    static String prefix(AttemptId attempt) {
        return "logs/" + attempt + "/";
    }

    BlobKey key() {
        return new BlobKey(
                prefix(attempt)
                        + String.format(
                                Locale.ROOT,
                                "%012d-%012d_%012d-%012d.ndjson",
                                start.stdout(),
                                start.stderr(),
                                end.stdout(),
                                end.stderr()));
    }

    /** Empty when the object is not a chunk of this attempt. */
    static Optional<LogChunk> of(AttemptId attempt, BlobKey key) {
        var prefix = prefix(attempt);
        if (!key.value().startsWith(prefix)) {
            return Optional.empty();
        }
        var match = FORM.matcher(key.value().substring(prefix.length()));
        if (!match.matches()) {
            return Optional.empty();
        }
        var start = position(attempt, match.group(1), match.group(2));
        return Optional.of(
                new LogChunk(attempt, start, position(attempt, match.group(3), match.group(4))));
    }

    private static LogPosition position(AttemptId attempt, String stdout, String stderr) {
        return new LogPosition(attempt.number(), Long.parseLong(stdout), Long.parseLong(stderr));
    }
}
