package dev.kohakku.e2e.cluster;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A service's executable jar, unpacked once for this JVM: from plain jars it starts in two thirds
 * of the time.
 */
final class UnpackedService {

    private static final Path ROOT = Path.of(System.getProperty("kohakku.root"));

    static final UnpackedService CONTROLLER = current("controller-service");
    static final UnpackedService DISPATCHER = current("dispatcher-service");
    static final UnpackedService WORKFLOW_WORKER = current("workflow-worker");

    private static final long LIMIT_SECONDS = 300;

    private final String module;
    private final String release;
    private final Path root;
    private @Nullable Path directory;

    /**
     * @param release names the directory it is unpacked to
     * @param root of the source that it was built from
     */
    UnpackedService(String module, String release, Path root) {
        this.module = module;
        this.release = release;
        this.root = root;
    }

    private static UnpackedService current(String module) {
        return new UnpackedService(module, "current", ROOT);
    }

    /** What {@code java -jar} starts; its libraries lie in {@code lib} beside it. */
    synchronized Path jar() {
        if (directory == null) {
            directory = unpack();
        }
        return directory.resolve(module + "-exec.jar");
    }

    /** The class path that the jar's manifest names, for another main class. */
    String classPath() {
        return jar() + File.pathSeparator + jar().resolveSibling("lib") + "/*";
    }

    private Path unpack() {
        var packed = root.resolve(Path.of(module, "target", module + "-exec.jar"));
        try {
            var target =
                    Files.createDirectories(
                                    ThisJvm.directory("apps").resolve(release).resolve(module))
                            .toRealPath();
            var command =
                    List.of(
                            Java.program(),
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-Djarmode=tools",
                            "-jar",
                            packed.toString(),
                            "extract",
                            "--force",
                            "--destination",
                            target.toString());
            var process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException("cannot unpack " + packed);
            }
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
