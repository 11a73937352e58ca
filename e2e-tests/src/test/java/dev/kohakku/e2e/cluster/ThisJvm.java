package dev.kohakku.e2e.cluster;

import java.nio.file.Path;

/**
 * What tells this JVM from the others that run tests of this module at the same time: each has its
 * own processes, ports and directories.
 */
public final class ThisJvm {

    private ThisJvm() {}

    /** Counts from 1. */
    static int number() {
        return Integer.getInteger("kohakku.jvm", 1);
    }

    /** No other JVM's; it need not be there yet. */
    public static Path directory(String name) {
        return Path.of("target", "jvm-" + number(), name);
    }
}
