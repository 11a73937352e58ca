package dev.kohakku.common.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A table of packages in {@code docs/architecture.md}, held against the sources of the module whose
 * test runs.
 */
public final class DocumentedPackages {

    private static final Path DOCUMENT = Path.of("..", "docs", "architecture.md");
    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final Pattern NAME = Pattern.compile("`([a-z.]+)`");

    private final String title;
    private final List<String> rows;

    private DocumentedPackages(String title, List<String> rows) {
        this.title = title;
        this.rows = rows;
    }

    /** The table below a title, which is a heading of the document. */
    public static DocumentedPackages under(String title) {
        var text = read();
        var begin = text.indexOf("\n### " + title + "\n");
        assertThat(begin).as("docs/architecture.md has no heading '%s'", title).isNotNegative();
        var end = text.indexOf("\n#", begin + 1);
        return new DocumentedPackages(
                title,
                text.substring(begin, end).lines().filter(line -> line.startsWith("| `")).toList());
    }

    /** Fails unless the first column names exactly the packages below this one. */
    public void areThoseBelow(String parent) {
        var documented = new TreeSet<String>();
        rows.forEach(row -> documented.addAll(namesIn(row.substring(0, row.indexOf('|', 1)))));

        assertThat(documented)
                .as("the table '%s' of docs/architecture.md and the packages of %s", title, parent)
                .isEqualTo(below(parent));
    }

    /** Fails unless the row of a package names every package below it. */
    public void nameThoseBelow(String parent) {
        var name = parent.substring(parent.lastIndexOf('.') + 1);
        var row = rows.stream().filter(each -> each.startsWith("| `" + name + "`")).findFirst();

        assertThat(row).as("the row `%s` of the table '%s'", name, title).isPresent();
        assertThat(namesIn(row.get()))
                .as("name in the row `%s` of docs/architecture.md what is below it", name)
                .containsAll(below(parent));
    }

    private static List<String> namesIn(String text) {
        return NAME.matcher(text).results().map(match -> match.group(1)).toList();
    }

    private static Set<String> below(String parent) {
        var names = new TreeSet<String>();
        try (Stream<Path> found = Files.list(SOURCES.resolve(parent.replace('.', '/')))) {
            found.filter(Files::isDirectory)
                    .forEach(directory -> names.add(directory.getFileName().toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }

    private static String read() {
        try {
            return Files.readString(DOCUMENT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
