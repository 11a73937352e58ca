package dev.kohakku.standalone.sample;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * An image with a shell, also where nothing can be pulled: made from this machine's own busybox,
 * else from its shell with the libraries that it needs.
 *
 * @param name what a task gives as its image
 * @param wget whether there is a {@code wget} in it, so that it can be an agent
 * @param origin where it is from, for people
 */
record SampleImage(String name, boolean wget, String origin) {

    private static final String REPOSITORY = "kohakku-sample";
    private static final String PULLED = "busybox:stable";
    private static final List<String> APPLETS =
            List.of(
                    "sh",
                    "echo",
                    "sleep",
                    "seq",
                    "cat",
                    "wget",
                    "sed",
                    "sha256sum",
                    "date",
                    "hostname");
    private static final Duration PULL_LIMIT = Duration.ofSeconds(60);
    private static final int EXECUTABLE = 0755;

    /**
     * Finds or makes it in the engine.
     *
     * @throws IOException when there is no way to one; the message says what was tried
     */
    static SampleImage in(DockerEngine engine) throws IOException {
        var busybox = executable("/bin/busybox", "/usr/bin/busybox");
        // The tag says what is in it: a machine may get a busybox after its first sample.
        var name = REPOSITORY + (busybox.isPresent() ? ":busybox" : ":shell");
        if (engine.hasImage(name)) {
            return new SampleImage(name, busybox.isPresent(), "already in the engine");
        }
        var program = busybox.or(() -> executable("/bin/sh"));
        if (program.isPresent() && isElf(program.get())) {
            var tar = tar(program.get(), busybox.isPresent() ? APPLETS : List.of("sh"));
            engine.importImage(name, tar);
            return new SampleImage(
                    name, busybox.isPresent(), "made from this machine's " + program.get());
        }
        engine.pullImage(PULLED, PULL_LIMIT);
        return new SampleImage(PULLED, true, "pulled");
    }

    private static Optional<Path> executable(String... places) {
        return List.of(places).stream().map(Path::of).filter(Files::isExecutable).findFirst();
    }

    /** A shell of another system, such as macOS, is nothing to a Linux container. */
    private static boolean isElf(Path program) throws IOException {
        try (var content = Files.newInputStream(program)) {
            return new String(content.readNBytes(4), StandardCharsets.ISO_8859_1)
                    .equals("\u007fELF");
        }
    }

    private static byte[] tar(Path program, List<String> names) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(bytes)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            directory(tar, "tmp/", 01777);
            file(tar, "bin/program", program);
            for (var name : names) {
                var link = new TarArchiveEntry("bin/" + name, TarConstants.LF_SYMLINK);
                link.setLinkName("program");
                tar.putArchiveEntry(link);
                tar.closeArchiveEntry();
            }
            for (var library : libraries(program)) {
                file(tar, library.toString().substring(1), library);
            }
        }
        return bytes.toByteArray();
    }

    private static void directory(TarArchiveOutputStream tar, String name, int mode)
            throws IOException {
        var entry = new TarArchiveEntry(name);
        entry.setMode(mode);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private static void file(TarArchiveOutputStream tar, String name, Path source)
            throws IOException {
        var entry = new TarArchiveEntry(name);
        entry.setMode(EXECUTABLE);
        entry.setSize(Files.size(source));
        tar.putArchiveEntry(entry);
        Files.copy(source, tar);
        tar.closeArchiveEntry();
    }

    /** What {@code ldd} names, the loader included; nothing for a static program. */
    private static Set<Path> libraries(Path program) throws IOException {
        var process =
                new ProcessBuilder("ldd", program.toString()).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        var libraries = new LinkedHashSet<Path>();
        for (var word : output.split("\\s+", -1)) {
            var path = Path.of(word);
            if (word.startsWith("/") && !path.equals(program) && Files.isRegularFile(path)) {
                libraries.add(path);
            }
        }
        return libraries;
    }
}
