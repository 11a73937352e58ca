package dev.kohakku.standalone;

import dev.kohakku.standalone.engine.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service's executable jar, unpacked: a JVM starts from plain jars in two thirds of the processor
 * time that jars inside a jar take, and a build that replaces the jar does not pull it away under a
 * running service. Where {@link AotTraining} has seen this very jar, its AOT cache halves the rest.
 */
public final class ServiceJar {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceJar.class);
    private static final long LIMIT_SECONDS = 60;

    private final Path jar;
    private final Path directory;

    /**
     * @param directory where to unpack it; owned by this
     */
    public ServiceJar(Path jar, Path directory) {
        this.jar = jar;
        this.directory = directory;
    }

    /**
     * The jar to start: the unpacked one, made anew when the jar was built anew, or the jar itself
     * where it cannot be unpacked. Blocks.
     */
    public Path unpacked() throws InterruptedException {
        try {
            if (!isSpringBoot()) {
                return jar;
            }
            var unpacked = directory.resolve(jar.getFileName());
            var complete = directory.resolve("complete");
            if (!Files.exists(complete) || !Files.readString(complete).equals(identity())) {
                Directories.remove(directory);
                unpack();
                // Last, so that half of it is never taken for the whole.
                Files.writeString(complete, identity());
            }
            linkCache();
            return unpacked;
        } catch (IOException e) {
            return jar;
        }
    }

    /**
     * What {@code java} is told beside {@code -jar} and the unpacked jar: its AOT cache, or nothing
     * where there is none. To be asked after {@link #unpacked}.
     */
    public List<String> cacheOptions() {
        return Files.exists(ownCache()) ? List.of("-XX:AOTCache=" + ownCache()) : List.of();
    }

    /** Whether there is an AOT cache of this very jar by this very JVM. */
    boolean isTrained() {
        try {
            return Files.exists(cache())
                    && Files.exists(cacheIdentity())
                    && Files.readString(cacheIdentity()).equals(identity());
        } catch (IOException e) {
            return false;
        }
    }

    /** Takes the cache that was made from the unpacked jar. It is good wherever that lies. */
    void takeCache(Path made) throws IOException {
        Files.deleteIfExists(cacheIdentity());
        Files.deleteIfExists(cache());
        Files.move(made, cache());
        // Last, for the same reason.
        Files.writeString(cacheIdentity(), identity());
    }

    /**
     * why a link of its own: the JVM tells jars apart by time and size only, so the cache of the
     * next build must never stand in for that of this one.
     */
    private void linkCache() {
        if (!isTrained() || Files.exists(ownCache())) {
            return;
        }
        try {
            Files.createLink(ownCache(), cache());
        } catch (UnsupportedOperationException | IOException elsewhere) {
            copyCache();
        }
    }

    /** On another file system. A stop in the middle leaves nothing that looks like a cache. */
    private void copyCache() {
        var part = ownCache().resolveSibling(ownCache().getFileName() + ".part");
        try {
            Files.copy(cache(), part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, ownCache(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException without) {
            // why passed over: without its cache a service starts slower, and that is all.
            LOG.warn("{} cannot be had in {}: {}", cache(), directory, without.toString());
        }
    }

    private Path ownCache() {
        return directory.resolve(cache().getFileName());
    }

    private Path cache() {
        // why the JVM's version: another JVM cannot use it, and makes its own.
        return jar.resolveSibling(
                jar.getFileName() + "-" + System.getProperty("java.vm.version") + ".aot");
    }

    private Path cacheIdentity() {
        return cache().resolveSibling(cache().getFileName() + ".identity");
    }

    private boolean isSpringBoot() throws IOException {
        try (var file = new JarFile(jar.toFile())) {
            var manifest = file.getManifest();
            return manifest != null
                    && manifest.getMainAttributes().getValue("Spring-Boot-Version") != null;
        }
    }

    /**
     * Builds give every jar the same modification time, so that only the file system's own time
     * tells two of them apart.
     */
    private String identity() throws IOException {
        return jar + " " + Files.getAttribute(jar, "unix:ctime") + " " + Files.size(jar);
    }

    private void unpack() throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command =
                List.of(
                        java,
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Djarmode=tools",
                        "-jar",
                        jar.toString(),
                        "extract",
                        "--force",
                        "--destination",
                        directory.toString());
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("cannot unpack " + jar);
            }
        } finally {
            process.destroyForcibly();
        }
    }
}
