package dev.kohakku.controller.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A migration as its statements: in lower case, without comments, one space between words.
 *
 * @param version of {@code V<version>__<words>.sql}
 */
record Migration(int version, String name, List<String> statements) {

    private static final Path DIRECTORY = Path.of("src/main/resources/db/migration");
    private static final Pattern NAME = Pattern.compile("V(\\d+)__[a-z0-9_]+\\.sql");
    private static final Pattern COMMENT = Pattern.compile("--[^\n]*|/\\*.*?\\*/", Pattern.DOTALL);
    private static final Pattern BODY = Pattern.compile("(\\$\\w*\\$).*?\\1", Pattern.DOTALL);
    private static final Pattern CREATED =
            Pattern.compile("^create (?:unlogged )?table (?:if not exists )?(\\w+)");

    /** Those that were released are never changed, so the rules begin after them. */
    static List<Migration> after(int version) throws IOException {
        try (var files = Files.list(DIRECTORY)) {
            return files.filter(file -> version(file) > version)
                    .sorted(Comparator.comparingInt(Migration::version))
                    .map(Migration::read)
                    .toList();
        }
    }

    static Migration of(String sql) {
        return new Migration(Integer.MAX_VALUE, "of a test", statements(sql));
    }

    private static int version(Path file) {
        var name = NAME.matcher(file.getFileName().toString());
        if (!name.matches()) {
            throw new IllegalStateException(file + " is not named V<number>__<words>.sql");
        }
        return Integer.parseInt(name.group(1));
    }

    private static Migration read(Path file) {
        try {
            return new Migration(
                    version(file),
                    file.getFileName().toString(),
                    statements(Files.readString(file)));
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + file, e);
        }
    }

    /** The body of a function is one word of its statement: what it does, it does later. */
    private static List<String> statements(String sql) {
        var plain = BODY.matcher(COMMENT.matcher(sql).replaceAll(" ")).replaceAll("body");
        return Arrays.stream(plain.toLowerCase(Locale.ROOT).split(";"))
                .map(statement -> statement.replaceAll("\\s+", " ").trim())
                .filter(statement -> !statement.isEmpty())
                .toList();
    }

    /** The tables that it makes: they are empty while it runs. */
    Set<String> created() {
        return statements.stream()
                .map(CREATED::matcher)
                .filter(Matcher::find)
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
    }
}
