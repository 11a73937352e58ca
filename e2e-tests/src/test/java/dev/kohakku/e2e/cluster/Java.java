package dev.kohakku.e2e.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How a JVM is started that starts quickly and stays small. */
final class Java {

    private static final List<String> OPTIONS =
            List.of(
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx256m",
                    "-Xss512k",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow");

    private Java() {}

    /** This JVM's own program with these options, then what it is to run. */
    static List<String> command(List<String> more, String... what) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        command.addAll(more);
        command.addAll(List.of(what));
        return command;
    }
}
