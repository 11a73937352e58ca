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

    /** This JVM's own program. */
    static String program() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    static List<String> jar(Path jar) {
        return command("-jar", jar.toString());
    }

    static List<String> mainClass(String classPath, String mainClass) {
        return command("-cp", classPath, mainClass);
    }

    private static List<String> command(String... what) {
        var command = new ArrayList<String>();
        command.add(program());
        command.addAll(OPTIONS);
        command.addAll(List.of(what));
        return command;
    }
}
