package dev.kohakku.common.telemetry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A row of the table of metrics in {@code docs/observability.md}.
 *
 * @param name as Prometheus shows it, without the suffixes of histograms and summaries
 * @param kind what the table says
 * @param at which service
 */
public record DocumentedMetrics(String name, String kind, String at) {

    private static final Path PAGE = Path.of("..", "docs", "observability.md");
    private static final Pattern ROW =
            Pattern.compile(
                    "(?m)^\\| `(kohakku_\\w+)` \\| ([^|]+) \\| [^|]*\\| ([^|]+) \\| [^|]+\\|$");
    private static final Pattern OTHER = Pattern.compile("`((?:http|hikaricp|jvm|process)_\\w+)`");

    /** All rows. */
    public static List<DocumentedMetrics> all() {
        return ROW.matcher(page())
                .results()
                .map(row ->
                        new DocumentedMetrics(
                                row.group(1), row.group(2).strip(), row.group(3).strip()))
                .toList();
    }

    /** Those of libraries that the page names, with every suffix they may have. */
    public static Set<String> ofLibraries() {
        var names = new TreeSet<String>();
        OTHER.matcher(page())
                .results()
                .forEach(other -> {
                    for (var suffix : List.of("", "_count", "_sum", "_max", "_bucket")) {
                        names.add(other.group(1) + suffix);
                    }
                });
        return names;
    }

    /** The name without what Prometheus adds to Micrometer's. */
    public String base() {
        return name.replaceFirst("(_seconds|_bytes)?(_total)?$", "")
                + (name.contains("container_seconds") ? "_seconds" : "");
    }

    /** The series it has. */
    public Set<String> series() {
        if (kind.equals("histogram")) {
            return Set.of(name + "_bucket", name + "_count", name + "_sum", name + "_max");
        }
        return kind.equals("summary")
                ? Set.of(name + "_count", name + "_sum", name + "_max")
                : Set.of(name);
    }

    private static String page() {
        try {
            return Files.readString(PAGE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
