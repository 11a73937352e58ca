package dev.kohakku.e2e.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ComposeFileTest {

    /** {@code ${NAME_IMAGE:-image:1.2}}: an exact version, and a name by which it is pinned. */
    private static final Pattern PINNABLE =
            Pattern.compile("\\$\\{[A-Z_]+_IMAGE:-[a-z/-]+:[^}@]*\\d[^}@]*}");

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+)(:[^}]*)?}");
    private static final Pattern SECRET = Pattern.compile(".*(PASSWORD|SECRET|KEY|TOKEN).*");

    /** A user name, and no secret. */
    private static final Set<String> NO_SECRETS = Set.of("MINIO_ACCESS_KEY");

    /** Which settings of ours the page has without their environment variable. */
    private static final Map<String, String> BY_PROPERTY =
            Map.of(
                    "KOHAKKU_DOCKER_NETWORK", "`kohakku.docker.pids-limit`",
                    "KOHAKKU_RESCUE_LOSTAFTER", "`kohakku.rescue.lost-after`",
                    "POSTGRES_MIGRATION_URL", "",
                    "POSTGRES_REPLICA_URLS", "");

    private static final List<String> OURS =
            List.of(
                    "controller",
                    "worker-dispatch",
                    "worker-default",
                    "worker-cleanup",
                    "dispatcher",
                    "workflow-worker");

    private ComposeFile compose;

    @BeforeEach
    void read() throws IOException {
        compose = ComposeFile.read();
    }

    @Test
    void everyImageThatIsPulledHasAnExactVersionAndCanBePinned() {
        compose.services()
                .forEach((name, service) -> {
                    if (!OURS.contains(name)) {
                        assertThat((String) service.get("image")).as(name).matches(PINNABLE);
                    }
                });
    }

    @Test
    void imagesAreBuiltFromTheVersionsThatTheirDockerfilesName() throws IOException {
        for (var name : List.of("controller", "dispatcher", "workflow-worker")) {
            var build = ComposeFile.map(compose.service(name), "build");
            var dockerfile =
                    Files.readString(ComposeFile.ROOT.resolve((String) build.get("dockerfile")));
            ComposeFile.<String>map(build, "args")
                    .forEach((argument, image) -> {
                        assertThat(image).as(name).matches(PINNABLE);
                        var version = image.replaceAll(".*:-(.*)}", "$1");
                        assertThat(dockerfile).contains("ARG " + argument + "=" + version + "\n");
                    });
        }
    }

    @Test
    void nothingButTheBalancerAndWhatIsLookedAtIsPublishedAndThatOnThisMachineOnly() {
        var published = new TreeSet<String>();
        compose.services()
                .forEach((name, service) -> {
                    var ports = ComposeFile.words(service, "ports");
                    if (!ports.isEmpty()) {
                        published.add(name);
                        assertThat(ports)
                                .as(name)
                                .allMatch(port ->
                                        port.startsWith("127.0.0.1:")
                                                || port.startsWith(
                                                        "${BALANCER_ADDRESS:-127.0.0.1}:"));
                    }
                });

        assertThat(published).contains("balancer").isSubsetOf("balancer", "grafana", "prometheus");
    }

    @Test
    void whatCanBeScaledHasNoNameAndNoPortThatOnlyOneCanHave() {
        for (var name : OURS) {
            assertThat(compose.service(name))
                    .as(name)
                    .doesNotContainKeys("container_name", "hostname", "ports");
            assertThat(environment(name)).as(name).doesNotContainKey("DISPATCHER_ID");
        }
    }

    @Test
    void noSecretHasADefault() {
        var variables = VARIABLE.matcher(compose.text());
        while (variables.find()) {
            var name = variables.group(1);
            if (SECRET.matcher(name).matches() && !NO_SECRETS.contains(name)) {
                assertThat(variables.group(2)).as(name).startsWith(":?");
            }
        }
    }

    @Test
    void everySettingOfOursIsOneThatTheServicesKnow() throws IOException {
        var page = Files.readString(ComposeFile.ROOT.resolve("docs/configuration.md"));
        var unknown = new HashSet<String>();
        for (var name : OURS) {
            for (var setting : environment(name).keySet()) {
                if (!page.contains(BY_PROPERTY.getOrDefault(setting, "`" + setting + "`"))) {
                    unknown.add(setting);
                }
            }
        }
        assertThat(unknown).as("not in docs/configuration.md").isEmpty();
    }

    @Test
    void everyFileThatIsMountedExists() {
        for (var service : compose.services().values()) {
            for (var volume : ComposeFile.words(service, "volumes")) {
                if (volume.startsWith("./")) {
                    assertThat(ComposeFile.ROOT.resolve(volume.substring(2).replaceAll(":.*", "")))
                            .exists();
                }
            }
        }
    }

    @Test
    void ourServicesRunSealed() {
        for (var name : OURS) {
            assertThat(compose.service(name))
                    .as(name)
                    .containsEntry("read_only", true)
                    .containsEntry("cap_drop", List.of("ALL"))
                    .containsEntry("security_opt", List.of("no-new-privileges:true"))
                    .containsKey("mem_limit");
        }
    }

    @Test
    void tasksReachTheirDispatcherAndNoEngine() {
        compose.services()
                .forEach((name, service) -> {
                    var networks = ComposeFile.words(service, "networks");
                    if ("dispatcher".equals(name)) {
                        assertThat(networks).containsExactly("default", "tasks");
                    } else {
                        assertThat(networks).as(name).doesNotContain("tasks");
                    }
                });
        assertThat(environment("dispatcher"))
                .containsEntry("KOHAKKU_DOCKER_NETWORK", "${COMPOSE_PROJECT_NAME}_tasks");
    }

    private Map<String, Object> environment(String service) {
        return ComposeFile.map(compose.service(service), "environment");
    }
}
