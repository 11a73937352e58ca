package dev.kohakku.dispatcher.backend.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.wire.WireJson;
import dev.kohakku.dispatcher.backend.BackendException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The connection to one Docker engine: a client for requests, which end soon, and one for streams
 * (wait, logs, pull), which may last for days and each have a connection of their own. Connects at
 * each request, so it can be made while the engine is down. Thread-safe.
 */
final class DockerEngine implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final JsonMapper JSON = WireJson.mapper();

    private final URI host;
    private final String configDirectory;
    private final Duration requestTimeout;
    private final DockerHttpClient streamTransport;
    private final DockerClient requests;
    private final DockerClient streams;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    DockerEngine(DockerSettings settings) {
        var builder = DefaultDockerClientConfig.createDefaultConfigBuilder();
        if (!settings.host().isBlank()) {
            builder.withDockerHost(settings.host());
        }
        if (!settings.configDirectory().isBlank()) {
            builder.withDockerConfig(settings.configDirectory());
        }
        var config = builder.build();
        this.host = config.getDockerHost();
        this.configDirectory = String.valueOf(config.getDockerConfigPath());
        this.requestTimeout = settings.requestTimeout();
        this.requests =
                DockerClientImpl.getInstance(
                        config, transport(config).responseTimeout(requestTimeout).build());
        this.streamTransport = transport(config).build();
        this.streams = DockerClientImpl.getInstance(config, streamTransport);
    }

    private static ApacheDockerHttpClient.Builder transport(DefaultDockerClientConfig config) {
        return new ApacheDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .sslConfig(config.getSSLConfig())
                .connectionTimeout(CONNECT_TIMEOUT);
    }

    /** Where it is, for messages. */
    URI host() {
        return host;
    }

    /** Where {@code config.json} lies. */
    String configDirectory() {
        return configDirectory;
    }

    /** Commands that callers end themselves: pulls. */
    DockerClient streams() {
        return streams;
    }

    /**
     * Asks the engine within the request timeout.
     *
     * @param what for messages, such as "inspect kohakku-…"
     * @throws BackendException when there was no answer: {@link BackendException#isUnknown unknown}
     *     unless the engine could not even be connected to
     */
    <T> Answer<T> ask(String what, Function<DockerClient, T> request) throws InterruptedException {
        return ask(what, requestTimeout, request);
    }

    <T> Answer<T> ask(String what, Duration limit, Function<DockerClient, T> request)
            throws InterruptedException {
        try {
            return new Answer.Ok<>(within(limit, () -> request.apply(requests)));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DockerException refusal) {
                return new Answer.Refused<>(
                        refusal.getHttpStatus(), words(String.valueOf(refusal.getMessage())));
            }
            throw noAnswer(what, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw BackendException.unknown(
                    "the Docker engine at %s did not answer %s within %ds"
                            .formatted(host, what, limit.toSeconds()),
                    e);
        }
    }

    /**
     * Opens a stream; only its headers are waited for. The caller closes it, from any thread.
     *
     * @param path with query
     */
    Answer<DockerHttpClient.Response> open(String what, String method, String path)
            throws InterruptedException {
        var request = DockerHttpClient.Request.builder().method(method).path(path).build();
        try {
            var response = within(requestTimeout, () -> streamTransport.execute(request));
            if (response.getStatusCode() < 300) {
                return new Answer.Ok<>(response);
            }
            try (response) {
                var body = within(requestTimeout, () -> response.getBody().readAllBytes());
                return new Answer.Refused<>(
                        response.getStatusCode(), words(new String(body, StandardCharsets.UTF_8)));
            }
        } catch (ExecutionException e) {
            throw noAnswer(what, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw BackendException.unknown(
                    "the Docker engine at %s did not answer %s".formatted(host, what), e);
        }
    }

    /**
     * Calls on a thread of its own. Why not on the caller's: a Unix socket's channel knows no read
     * timeout, so the transport's are without effect; only an interrupt, which closes the channel,
     * ends a request the engine never answers.
     */
    <T> T within(Duration limit, Callable<T> call)
            throws InterruptedException, ExecutionException, TimeoutException {
        var answer = threads.submit(call);
        try {
            return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            answer.cancel(true);
        }
    }

    private BackendException noAnswer(String what, Throwable cause) {
        var words =
                "the Docker engine at %s did not answer %s: %s".formatted(host, what, root(cause));
        return isUnsent(cause)
                ? BackendException.refused(FailureKind.BACKEND_ERROR, words, cause)
                : BackendException.unknown(words, cause);
    }

    private static boolean isUnsent(Throwable cause) {
        for (var at = cause; at != null; at = at.getCause()) {
            if (at instanceof ConnectException || at instanceof UnknownHostException) {
                return true;
            }
            // why the words: a Unix socket that is absent or closed to us has no class of its own.
            if (at instanceof SocketException
                    && at.getMessage() != null
                    && (at.getMessage().contains("No such file")
                            || at.getMessage().contains("Permission denied"))) {
                return true;
            }
        }
        return false;
    }

    private static String root(Throwable cause) {
        var at = cause;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        return at.getMessage() == null ? at.getClass().getSimpleName() : at.getMessage();
    }

    /**
     * The engine's sentence, taken out of {@code Status 404: {"message":"…"}}; the whole text where
     * it has none.
     */
    static String words(String message) {
        var body = message.indexOf('{');
        if (body < 0) {
            return message.strip();
        }
        try {
            var words = JSON.readTree(message.substring(body)).path("message");
            return words.isString() ? words.stringValue().strip() : message.strip();
        } catch (JacksonException noJson) {
            return message.strip();
        }
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        requests.close();
        streams.close();
    }
}
