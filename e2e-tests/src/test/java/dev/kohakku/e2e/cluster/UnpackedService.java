package dev.kohakku.e2e.cluster;

import dev.kohakku.standalone.ServiceJar;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A service's executable jar, unpacked once for this JVM so that it starts quickly. */
final class UnpackedService {

    private static final Path ROOT = Path.of(System.getProperty("kohakku.root"));

    static final UnpackedService CONTROLLER = current("controller-service");
    static final UnpackedService DISPATCHER = current("dispatcher-service");
    static final UnpackedService WORKFLOW_WORKER = current("workflow-worker");

    private final String module;
    private final String release;
    private final Path root;
    private @Nullable ServiceJar jar;

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

    /** The command that starts the service. */
    List<String> command() {
        var unpacked = unpacked();
        return Java.command(options(), "-jar", unpacked.toString());
    }

    /**
     * The command that starts another main class on the service's own class path.
     *
     * @param more put behind it
     */
    List<String> command(List<Path> more, String mainClass) {
        var unpacked = unpacked();
        // why first: the AOT cache is good for class paths that begin as the service's does.
        var classPath = new ArrayList<String>();
        classPath.add(unpacked.toString());
        classPath.add(unpacked.resolveSibling("lib") + "/*");
        for (var entry : more) {
            classPath.add(besides(unpacked, entry).toString());
        }
        return Java.command(
                options(), "-cp", String.join(File.pathSeparator, classPath), mainClass);
    }

    /**
     * why a link: the JVM takes what all entries' paths begin with for the place the cache's jars
     * were moved to.
     */
    private static Path besides(Path unpacked, Path entry) {
        var link = unpacked.resolveSibling("more-" + Integer.toHexString(entry.hashCode()));
        try {
            Files.deleteIfExists(link);
            return Files.createSymbolicLink(link, entry.toAbsolutePath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With a cache that the JVM cannot use it does not start: it would be slow unnoticed. */
    private List<String> options() {
        var options = new ArrayList<>(jar().cacheOptions());
        if (!options.isEmpty()) {
            options.add("-XX:AOTMode=on");
        }
        return options;
    }

    private synchronized Path unpacked() {
        try {
            return jar().unpacked();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private synchronized ServiceJar jar() {
        if (jar == null) {
            if (root.equals(ROOT)) {
                Training.once(ROOT);
            }
            try {
                var directory =
                        Files.createDirectories(
                                        ThisJvm.directory("apps").resolve(release).resolve(module))
                                .toRealPath();
                jar =
                        new ServiceJar(
                                root.resolve(Path.of(module, "target", module + "-exec.jar")),
                                directory);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return jar;
    }
}
