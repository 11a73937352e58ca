package dev.kohakku.e2e.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/compose/init} and {@code deploy/compose/pin}. */
class ComposeScriptsTest {

    private static final String MARK = "# Profiles";

    @TempDir private Path directory;

    @Test
    void everySecretIsMadeOnceAndIsReadableByItsOwnerOnly() throws Exception {
        assertThat(init()).isZero();
        var first = lines();
        assertThat(init()).isZero();

        assertThat(lines()).isEqualTo(first);
        assertThat(first).hasSize(8).allMatch(line -> line.matches("[A-Z_]+=[A-Za-z0-9+/]{43,}=?"));
        assertThat(first.stream().map(line -> line.replaceAll("^[^=]*=", "")))
                .doesNotHaveDuplicates();
        assertThat(Files.getPosixFilePermissions(file()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void whatComposeDemandsIsMade() throws Exception {
        init();
        var demanded =
                ComposeFile.read()
                        .text()
                        .lines()
                        .filter(line -> line.contains(":?"))
                        .map(line -> line.replaceAll(".*\\$\\{([A-Z_]+):\\?.*", "$1"))
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(names()).containsAll(demanded);
    }

    @Test
    void whatIsThereStaysAlsoOnALastLineWithoutAnEnd() throws Exception {
        Files.writeString(file(), "MY_OWN=1\nPOSTGRES_PASSWORD=mine");

        assertThat(init("replica")).isZero();

        assertThat(lines()).contains("MY_OWN=1", "POSTGRES_PASSWORD=mine");
        assertThat(lines()).filteredOn(line -> line.startsWith("POSTGRES_PASSWORD")).hasSize(1);
    }

    @Test
    void aProfileBringsItsSettingsAndTheNextOneTakesThemAway() throws Exception {
        init("pgbouncer", "redis-split");
        assertThat(names()).contains("POSTGRES_HOST", "STATE_REDIS_URL", "CACHE_REDIS_URL");
        assertThat(lines()).contains("COMPOSE_PROFILES=pgbouncer,redis-split");

        init("workers");
        assertThat(names()).contains("CONTROLLER_ROLES").doesNotContain("POSTGRES_HOST");
        assertThat(lines()).contains("COMPOSE_PROFILES=workers");
        assertThat(lines()).filteredOn(line -> line.startsWith(MARK)).hasSize(1);

        init();
        assertThat(lines())
                .as("no argument changes no profile")
                .contains("COMPOSE_PROFILES=workers");

        init("none");
        assertThat(names()).doesNotContain("COMPOSE_PROFILES", "CONTROLLER_ROLES");
    }

    @Test
    void aProfileThatDoesNotExistIsRefusedAndChangesNothing() throws Exception {
        init("workers");
        var before = lines();

        assertThat(init("workers", "pgbouncers")).isNotZero();

        assertThat(lines()).isEqualTo(before);
        assertThat(Files.readString(output())).contains("pgbouncers", "pgbouncer, replica");
    }

    @Test
    void initKnowsTheProfilesOfTheComposeFileAndNoOthers() throws Exception {
        Set<String> profiles = new TreeSet<>();
        for (var service : ComposeFile.read().services().values()) {
            profiles.addAll(ComposeFile.words(service, "profiles"));
        }
        for (var profile : profiles) {
            assertThat(init(profile)).as(profile).isZero();
        }
        init("none such");
        assertThat(Files.readString(output())).contains("There are ").contains(profiles);
    }

    @Test
    void settingsOfProfilesAreOnesThatTheComposeFileReads() throws Exception {
        init("pgbouncer", "replica", "redis-split", "workers", "observability");
        var text = ComposeFile.read().text();
        var profiles =
                lines().subList(lines().indexOf("# End of profiles") - 9, lines().size() - 1);

        assertThat(profiles)
                .filteredOn(line -> !line.startsWith("#") && !line.startsWith("COMPOSE_PROFILES="))
                .isNotEmpty()
                .allMatch(line -> text.contains("${" + line.replaceAll("=.*", "") + ":-"));
    }

    @Test
    void pinWritesTheDigestOfWhatWasPulledOnceForEachImage() throws Exception {
        Files.writeString(file(), "POSTGRES_IMAGE=postgres:1@sha256:old\nMY_OWN=1\n");
        stub("name=${5%:*} tag=${5#*:}; echo mirror/$name@sha256:wrong; echo $name@sha256:$tag");

        assertThat(run("pin")).isZero();

        assertThat(lines()).contains("MY_OWN=1").noneMatch(line -> line.contains("wrong"));
        assertThat(lines()).filteredOn(line -> line.startsWith("POSTGRES_IMAGE=")).hasSize(1);
        assertThat(lines())
                .filteredOn(line -> line.contains("_IMAGE="))
                .hasSizeGreaterThan(7)
                .allMatch(line -> line.matches("[A-Z_]+_IMAGE=([a-z/-]+):([^@]+)@sha256:\\2"));
    }

    @Test
    void anImageThatWasNotPulledHasNoDigestAndIsNamed() throws Exception {
        stub("echo");

        assertThat(run("pin")).isNotZero();

        assertThat(Files.readString(output())).contains("has no digest");
    }

    /** A docker command that pulls nothing and answers an inspection by a line of shell. */
    private void stub(String answer) throws IOException {
        var docker = directory.resolve("docker");
        Files.writeString(
                docker, "#!/bin/sh\nif [ \"$1\" = pull ]; then exit 0; fi\n" + answer + "\n");
        assertThat(docker.toFile().setExecutable(true)).isTrue();
    }

    private int init(String... arguments) throws IOException, InterruptedException {
        return run("init", arguments);
    }

    private int run(String script, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("sh", "../deploy/compose/" + script));
        command.addAll(List.of(arguments));
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output().toFile());
        builder.environment().put("KOHAKKU_ENV_FILE", file().toString());
        builder.environment()
                .merge("PATH", directory.toString(), (path, ours) -> ours + ":" + path);
        return builder.start().waitFor();
    }

    private Path file() {
        return directory.resolve("env");
    }

    private Path output() {
        return directory.resolve("output");
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(file());
    }

    private List<String> names() throws IOException {
        return lines().stream().map(line -> line.replaceAll("=.*", "")).toList();
    }
}
