package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.common.task.ImageReference;
import dev.kohakku.dispatcher.backend.BackendFactory.Owner;
import dev.kohakku.dispatcher.backend.BackendUnderTest;
import dev.kohakku.dispatcher.backend.ServedBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A fake cluster of its own. */
final class KubernetesUnderTest implements BackendUnderTest {

    private final TestingKubernetes cluster = new TestingKubernetes();

    TestingKubernetes cluster() {
        return cluster;
    }

    /** A kubeconfig of this server, as a temporary file. */
    static Path kubeconfig(String url) {
        try {
            var file = Files.createTempFile("kubeconfig", ".yaml");
            file.toFile().deleteOnExit();
            return Files.writeString(file, text(url));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(String url) {
        return """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "%s"}}]
        users: [{name: u, user: {token: t0ken}}]
        contexts: [{name: x, context: {cluster: c, user: u, namespace: default}}]
        current-context: x
        """
                .formatted(url);
    }

    static KubernetesSettings settings(Path kubeconfig) {
        return settings(kubeconfig.toString(), List.of("other"), "");
    }

    static KubernetesSettings settings(
            String kubeconfig, List<String> namespaces, String podTemplate) {
        return settings(kubeconfig, namespaces, podTemplate, Duration.ofSeconds(5));
    }

    private static KubernetesSettings settings(
            String kubeconfig, List<String> namespaces, String podTemplate, Duration request) {
        return new KubernetesSettings(
                kubeconfig,
                "",
                "",
                "",
                namespaces,
                podTemplate,
                Set.of(KubernetesSettings.TaskField.values()),
                null,
                List.of(),
                new KubernetesSettings.Security(false, null, List.of("ALL"), "RuntimeDefault"),
                request,
                Duration.ofSeconds(2));
    }

    KubernetesBackend backend(String installation) {
        return backend(installation, "");
    }

    /** One whose Pods are made from a template, which is a file. */
    KubernetesBackend backend(String installation, String podTemplate) {
        return new KubernetesBackend(
                settings(kubeconfig(cluster.url()).toString(), List.of("other"), podTemplate),
                new Owner(installation, "dispatcher-under-test"),
                Clock.systemUTC());
    }

    /** One of the same cluster that waits for no answer for longer. */
    KubernetesBackend backend(String installation, Duration requestTimeout) {
        var kubeconfig = kubeconfig(cluster.url()).toString();
        return new KubernetesBackend(
                settings(kubeconfig, List.of("other"), "", requestTimeout),
                new Owner(installation, "dispatcher-under-test"),
                Clock.systemUTC());
    }

    @Override
    public ServedBackend open(String installation) {
        var backend = backend(installation);
        return new ServedBackend(backend, backend.logs(), Optional.empty());
    }

    @Override
    public boolean makesBeforeStart() {
        return true;
    }

    @Override
    public boolean tellsStreamsApart() {
        return false;
    }

    private static Program program(String... words) {
        return new Program(List.of(words), Map.of());
    }

    @Override
    public ImageReference image() {
        return ImageReference.parse("registry.test/team/tool:1");
    }

    @Override
    public Program exits(int code) {
        return program("exits", "" + code);
    }

    @Override
    public Program runs(Duration time) {
        return program("runs", time.toString());
    }

    @Override
    public Program sleeps() {
        return program("runs", "PT1H");
    }

    @Override
    public Program ignoresTerm() {
        return program("deaf");
    }

    @Override
    public Program isKilled() {
        return program("killed");
    }

    @Override
    public Program exceedsMemory() {
        return program("hungry");
    }

    @Override
    public Program missing() {
        return program("missing");
    }

    @Override
    public Program prints(int lines) {
        return program("prints", "" + lines);
    }

    @Override
    public Program printsSlowly() {
        return program("slow");
    }
}
