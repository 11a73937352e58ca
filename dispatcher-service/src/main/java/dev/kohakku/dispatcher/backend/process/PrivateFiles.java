package dev.kohakku.dispatcher.backend.process;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Directories nobody else can look into. */
final class PrivateFiles {

    private static final Set<PosixFilePermission> OWNER =
            PosixFilePermissions.fromString("rwx------");

    private PrivateFiles() {}

    /** Makes the directory and what is missing above it. */
    static void directories(Path directory) throws IOException {
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER));
        // why again: it may have been made by hand. Fails where somebody else made it.
        Files.setPosixFilePermissions(directory, OWNER);
    }

    /**
     * Makes one directory.
     *
     * @throws java.nio.file.FileAlreadyExistsException when somebody else has
     */
    static void directory(Path directory) throws IOException {
        Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER));
    }

    /**
     * Removes a tree. It loses its name first: a removal that is broken off half-way must not look
     * like an attempt that was never started.
     */
    static void remove(Path directory) throws IOException {
        var name = directory.getFileName();
        var trash = directory.resolveSibling(".removed-" + name + "-" + System.nanoTime());
        try {
            Files.move(directory, trash, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return;
        }
        removeTree(trash);
    }

    /** Removes what broken-off removals have left in {@code root}. */
    static void removeLeftovers(Path root) throws IOException {
        try (var entries = Files.newDirectoryStream(root, ".removed-*")) {
            for (var entry : entries) {
                removeTree(entry);
            }
        }
    }

    private static void removeTree(Path tree) throws IOException {
        Files.walkFileTree(
                tree,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes is)
                            throws IOException {
                        // why: the command may have locked its own directories.
                        Files.setPosixFilePermissions(path, OWNER);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path path, BasicFileAttributes is)
                            throws IOException {
                        Files.deleteIfExists(path);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path path, @Nullable IOException failure) throws IOException {
                        Files.deleteIfExists(path);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /**
     * The content of a file that is written once, whole, by whoever comes first, and never changed.
     */
    static String once(Path file, Supplier<String> content) throws IOException {
        if (!Files.exists(file)) {
            var draft = Files.createTempFile(file.getParent(), "draft-", ".tmp");
            try {
                Files.writeString(draft, content.get());
                // why a link: it fails where the name is taken, and is never seen half-written.
                Files.createLink(file, draft);
            } catch (FileAlreadyExistsException faster) {
                return Files.readString(file);
            } finally {
                Files.delete(draft);
            }
        }
        return Files.readString(file);
    }

    /** What went wrong; the messages of file errors are often the path alone. */
    static String words(IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
