package dev.kohakku.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/** What a user would apply. */
enum Rendering {
    DEV("../deploy/k8s/overlays/dev"),
    PRODUCTION("../deploy/k8s/overlays/production"),
    CHART(""),
    CHART_IN_PRODUCTION("examples/production.yaml");

    /** The namespace that the manifests name. */
    static final String NAMESPACE = "kohakku";

    private static final Path CHART_DIRECTORY = Path.of("../deploy/helm/kohakku");

    private static final Map<Rendering, List<Node>> RENDERED = new ConcurrentHashMap<>();

    private final String source;

    Rendering(String source) {
        this.source = source;
    }

    /**
     * Rendered once for all tests. Blocks for some seconds; skips the calling test where nothing on
     * this machine renders it.
     */
    List<Node> objects() {
        return RENDERED.computeIfAbsent(this, Rendering::render);
    }

    private List<Node> render() {
        var yaml =
                switch (this) {
                    case DEV, PRODUCTION -> kustomized();
                    case CHART, CHART_IN_PRODUCTION -> templated();
                };
        var objects = new ArrayList<Node>();
        new Yaml().loadAll(yaml).forEach(each -> objects.add(new Node(each)));
        objects.removeIf(Node::isAbsent);
        assertThat(objects).isNotEmpty();
        return objects;
    }

    private String templated() {
        assumeTrue(
                "Linux".equals(System.getProperty("os.name"))
                        && "amd64".equals(System.getProperty("os.arch")),
                "helm-java comes with Helm for Linux on amd64 only here");
        var template =
                new Helm(CHART_DIRECTORY)
                        .template()
                        .withName("kohakku")
                        .withNamespace(NAMESPACE)
                        .withKubeVersion("1.34.0")
                        // why: helm-java leaves hooks out.
                        .set("migrate.hook", "false");
        if (!source.isEmpty()) {
            template.withValuesFile(CHART_DIRECTORY.resolve(source));
        }
        return template.call();
    }

    private String kustomized() {
        var command = kustomize();
        if (System.getenv("KOHAKKU_REQUIRE_KUSTOMIZE") == null) {
            assumeTrue(command.isPresent(), "neither kustomize nor kubectl is on the PATH");
        }
        var words =
                new ArrayList<>(
                        command.orElseThrow(() ->
                                new AssertionError(
                                        "KOHAKKU_REQUIRE_KUSTOMIZE is set, and neither"
                                                + " kustomize nor kubectl is on the PATH")));
        words.add(source);
        try {
            var process =
                    new ProcessBuilder(words)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            var yaml = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(String.join(" ", words)).isZero();
            return yaml;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Optional<List<String>> kustomize() {
        return Stream.of(List.of("kustomize", "build"), List.of("kubectl", "kustomize"))
                .filter(command -> onPath(command.getFirst()))
                .findFirst();
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}
