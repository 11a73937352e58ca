package dev.kohakku.controller.task;

import dev.kohakku.controller.web.JsonFields;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What a program can be started with at all. The kernel counts in bytes, so these limits do too:
 * bytes of UTF-8. They are the same for every target, because a task may get to any of them.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/execve.2.html">execve(2), "Limits on size of
 *     arguments and environment"</a>
 */
final class ProgramLimits {

    /** {@code PATH_MAX} of Linux less its NUL. A longer name wedges some container runtimes. */
    static final int LONGEST_PROGRAM = 4_095;

    /** {@code MAX_ARG_STRLEN} of Linux, 32 pages, less the NUL of each string. */
    static final int LONGEST_STRING = 131_071;

    /**
     * Arguments and environment together: half of what Linux allows with its usual stack of 8 MiB,
     * and less than the 1.5 MiB of a Kubernetes object.
     */
    static final int MOST_TOGETHER = 1 << 20;

    private ProgramLimits() {}

    /** Notes what is too long for a program's start. */
    static void check(JsonFields fields, List<String> command, Map<String, String> env) {
        var together = 0L;
        for (var i = 0; i < command.size(); i++) {
            var bytes = bytesOf(command.get(i));
            together += bytes;
            var allowed = i == 0 ? LONGEST_PROGRAM : LONGEST_STRING;
            if (bytes > allowed) {
                fields.refuse(
                        "command[" + i + "]",
                        "too_long",
                        "has %d bytes in UTF-8, allowed are %d for %s"
                                .formatted(
                                        bytes,
                                        allowed,
                                        i == 0
                                                ? "the program's name; a line for a shell is"
                                                        + " written [\"sh\", \"-c\", line]"
                                                : "one argument"));
            }
        }
        for (var variable : env.entrySet()) {
            var bytes = bytesOf(variable.getKey()) + 1 + bytesOf(variable.getValue());
            together += bytes;
            if (bytes > LONGEST_STRING) {
                fields.refuse(
                        "env." + NamedTexts.shown(variable.getKey()),
                        "too_long",
                        "has %d bytes in UTF-8 with its name and '=', allowed are %d"
                                .formatted(bytes, LONGEST_STRING));
            }
        }
        if (together > MOST_TOGETHER) {
            fields.refuse(
                    "command",
                    "too_long",
                    "has %d bytes in UTF-8 together with env, allowed are %d: hand large input over as context or as an object"
                            .formatted(together, MOST_TOGETHER));
        }
    }

    private static int bytesOf(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
