package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.backend.BackendException;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API server. Connects at the first question, and anew where the kubeconfig has changed since.
 * Thread-safe.
 */
final class Cluster {

    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

    /** Of requests that were throttled or not answered; between them the client waits. */
    private static final int RETRIES = 3;

    private final KubernetesSettings settings;
    private @Nullable Connection connection;

    Cluster(KubernetesSettings settings) {
        this.settings = settings;
    }

    private record Connection(KubernetesClient client, String madeOf) {}

    /** A question to the API server, as the client puts it. */
    interface Question<T> extends Function<KubernetesClient, T> {}

    /**
     * Asks, and gives refusals back as the client throws them: for those that are answers.
     *
     * @throws BackendException unknown, where there is no cluster to ask: a kubeconfig may be away
     *     for a moment while a Pod of ours runs on
     */
    <T> T ask(Question<T> question) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before a question to the API server");
        }
        try {
            return question.apply(client());
        } catch (KubernetesClientException | BackendException e) {
            if (Thread.interrupted()) {
                throw (InterruptedException)
                        new InterruptedException("interrupted while asking the API server")
                                .initCause(e);
            }
            throw e;
        }
    }

    /** How long an answer may take to begin. */
    Duration requestTimeout() {
        return settings.requestTimeout();
    }

    /** Where Pods go whose task names no namespace; {@link BackendException} as {@link #client}. */
    String defaultNamespace() {
        if (!settings.namespace().isEmpty()) {
            return settings.namespace();
        }
        var named = client().getNamespace();
        return named == null || named.isEmpty() ? "default" : named;
    }

    /** The connection; {@link BackendException} unknown where the kubeconfig cannot be used. */
    synchronized KubernetesClient client() {
        var text = kubeconfig();
        if (connection == null || !connection.madeOf().equals(text)) {
            // why the old one is not closed: somebody may be asking by it, and it holds no thread.
            connection = new Connection(connect(text), text);
        }
        return connection.client();
    }

    /** The file's text; empty where none is named. */
    private String kubeconfig() {
        if (settings.kubeconfig().isEmpty()) {
            return "";
        }
        try {
            return Files.readString(Path.of(settings.kubeconfig()), StandardCharsets.UTF_8);
        } catch (IOException | InvalidPathException e) {
            throw BackendException.unknown("kohakku.kubernetes.kubeconfig cannot be read: " + e, e);
        }
    }

    private KubernetesClient connect(String text) {
        var config = config(text);
        var millis = Math.toIntExact(settings.requestTimeout().toMillis());
        try {
            // why no HTTP/2: one connection would carry requests, watches and logs alike, and one
            // that is half open would fail them all until the system gives it up, after minutes.
            var whole =
                    new ConfigBuilder(config)
                            .withConnectionTimeout(millis)
                            .withRequestTimeout(millis)
                            .withRequestRetryBackoffLimit(RETRIES)
                            .withRequestRetryBackoffInterval(100)
                            .withHttp2Disable(true)
                            .withOnlyHttpWatches(true)
                            .build();
            return new KubernetesClientBuilder().withConfig(whole).build();
        } catch (RuntimeException e) {
            throw unusable("has an address, certificates or keys that cannot be used");
        }
    }

    private Config config(String text) {
        var context = settings.context().isEmpty() ? null : settings.context();
        try {
            if (settings.kubeconfig().isEmpty()) {
                return Config.autoConfigure(context);
            }
            var named = Config.fromKubeconfig(context, new File(settings.kubeconfig()));
            if (!text.isBlank() && isWhole(named)) {
                return named;
            }
        } catch (RuntimeException e) {
            // why no more of it: a parser's message may quote a token.
            LOG.debug("the kubeconfig cannot be parsed: {}", e.getClass().getName());
        }
        throw unusable(
                "is empty or not a kubeconfig, or has no context '"
                        + settings.context()
                        + "' with its cluster and user");
    }

    /**
     * Whether the context is there that is wanted, its cluster and its user. why looked for: the
     * client asks another context's cluster, or {@code kubernetes.default.svc}, or asks as nobody,
     * where a file that is just being written does not name them yet.
     */
    private boolean isWhole(Config named) {
        var context = named.getCurrentContext();
        return context != null
                && (settings.context().isEmpty() || settings.context().equals(context.getName()))
                && named.getFileWithCluster() != null
                && (context.getContext().getUser() == null || named.getFileWithAuthInfo() != null);
    }

    /** why without a cause: the client's messages may quote a token. */
    private BackendException unusable(String why) {
        return BackendException.unknown(
                "kohakku.kubernetes.kubeconfig '" + settings.kubeconfig() + "' " + why, null);
    }

    /** What a refusal means for what was being done, in the API server's own words. */
    static BackendException failure(String doing, KubernetesClientException refused) {
        var words = doing + ": " + wordsOf(refused);
        return switch (refused.getCode()) {
            case 400, 404, 422 ->
                    BackendException.refused(FailureKind.START_REFUSED, words, refused);
            case 401 -> BackendException.refused(FailureKind.BACKEND_ERROR, words, refused);
            case 403 -> BackendException.refused(forbidden(words), words, refused);
            default -> BackendException.unknown(words, refused);
        };
    }

    /** Three things answer 403: quotas, admission, and missing rights of ours. */
    private static FailureKind forbidden(String words) {
        var said = words.toLowerCase(Locale.ROOT);
        if (said.contains("exceeded quota")) {
            return FailureKind.QUOTA_EXCEEDED;
        }
        return said.contains("cannot create resource") || said.contains("cannot patch resource")
                ? FailureKind.BACKEND_ERROR
                : FailureKind.START_REFUSED;
    }

    static String wordsOf(KubernetesClientException refused) {
        var status = refused.getStatus();
        if (status != null && status.getMessage() != null) {
            return status.getMessage();
        }
        var cause = refused.getCause();
        if (cause == null) {
            return String.valueOf(refused.getMessage());
        }
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.toString();
    }
}
