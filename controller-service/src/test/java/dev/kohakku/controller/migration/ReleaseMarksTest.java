package dev.kohakku.controller.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A process tells by the marks how far ahead of it a schema is. */
class ReleaseMarksTest {

    private static final Pattern RELEASE =
            Pattern.compile("^## \\[(\\d+\\.\\d+\\.\\d+)]", Pattern.MULTILINE);

    @Test
    void eachReleaseOfTheChangelogEndsWithItsMark() throws IOException {
        var names = Migration.after(0).stream().map(Migration::name).toList();

        for (var release : releases(Files.readString(Path.of("../CHANGELOG.md")))) {
            assertThat(names)
                    .as("the last migration of %s is empty but for select 1", release)
                    .anyMatch(name -> name.endsWith("__release_" + release + ".sql"));
        }
    }

    @Test
    void releasesAreFoundInAChangelog() {
        assertThat(releases("# Changelog\n\n## [Unreleased]\n\n## [1.2.10] - 2027-01-01\n"))
                .containsExactly("1_2_10");
    }

    @Test
    void numbersThatWereGivenUpAreNotUsedAgain() throws IOException {
        assertThat(Migration.after(0)).extracting(Migration::version).doesNotContain(17, 18);
    }

    private static List<String> releases(String changelog) {
        return RELEASE.matcher(changelog)
                .results()
                .map((MatchResult match) -> match.group(1).replace('.', '_'))
                .toList();
    }
}
