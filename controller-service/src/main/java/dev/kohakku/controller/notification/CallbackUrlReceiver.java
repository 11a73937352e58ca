package dev.kohakku.controller.notification;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.telemetry.Step;
import dev.kohakku.common.telemetry.TraceAttributes;
import dev.kohakku.common.telemetry.Traces;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * The address a client asked to be told at: a signed POST by Standard Webhooks. Any 2xx is a
 * receipt, 410 says never again, everything else is tried again. Redirects are not followed.
 */
@Component
class CallbackUrlReceiver implements Receiver {

    /** An eighth of what an {@link Announcer} does at once: a slow place leaves room for others. */
    private static final int MOST_PER_PLACE = 8;

    private final NotificationProperties properties;
    private final JsonMapper json;
    private final Clock clock;
    private final WebhookSignature signature;
    private final AddressRules rules;
    private final HttpClient http;
    private final Traces traces;

    CallbackUrlReceiver(
            NotificationProperties properties, JsonMapper json, Clock clock, Traces traces) {
        this.traces = traces;
        this.properties = properties;
        this.json = json;
        this.clock = clock;
        this.signature = WebhookSignature.derivedFrom(properties.signingKey());
        this.rules = new AddressRules(properties.allowPrivateAddresses());
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(properties.requestTimeout())
                        .build();
    }

    @Override
    public String kind() {
        return "callback_url";
    }

    @Override
    public Duration firstPause() {
        return Duration.ofSeconds(5);
    }

    @Override
    public Duration longestPause() {
        return Duration.ofHours(1);
    }

    @Override
    public int mostPerPlace() {
        return MOST_PER_PLACE;
    }

    @Override
    public String deliver(Announcement announcement) throws Exception {
        var url = URI.create(announcement.target());
        for (var address : InetAddress.getAllByName(bare(url.getHost()))) {
            var fault = rules.faultOf(address);
            if (!fault.isEmpty()) {
                throw new RefusedForGoodException("callback_url " + fault);
            }
        }
        var status = tracedPost(url, announcement);
        if (status == 410) {
            throw new RefusedForGoodException("callback_url answered 410 Gone");
        }
        if (status < 200 || status > 299) {
            throw new IOException("callback_url answered " + status);
        }
        return "callback_url answered " + status;
    }

    private int tracedPost(URI url, Announcement announcement)
            throws IOException, InterruptedException {
        var task = announcement.task();
        try (var step = traces.begin(Step.CALLBACK, task.traceparent()).of(task.attempt())) {
            step.with("server.address", url.getHost()).with("http.request.method", "POST");
            var status = post(url, announcement, step.traceparent());
            step.with("http.response.status_code", status);
            if (status < 200 || status > 299) {
                step.failed("callback_url answered " + status);
            }
            return step.done(status);
        }
    }

    private int post(URI url, Announcement announcement, @Nullable String traceparent)
            throws IOException, InterruptedException {
        // why from the task: a repeated delivery carries the same id, and a task ends once.
        var id = "task_end_" + announcement.task().attempt().task();
        var timestamp = clock.instant().getEpochSecond();
        var body = json.writeValueAsString(Document.of(announcement.task()));
        var request =
                HttpRequest.newBuilder(url)
                        .timeout(properties.requestTimeout())
                        .header("Content-Type", "application/json")
                        .header("User-Agent", "kohakku")
                        .header("webhook-id", id)
                        .header("webhook-timestamp", Long.toString(timestamp))
                        .header("webhook-signature", signature.of(id, timestamp, body))
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        if (traceparent != null) {
            request.header(TraceAttributes.TRACEPARENT, traceparent);
        }
        var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        // why unread: an answer without end must not hold us.
        answer.body().close();
        return answer.statusCode();
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /**
     * What is sent.
     *
     * @param type {@code task.completed}, {@code task.failed}, {@code task.timed_out}, {@code
     *     task.cancelled}
     * @param timestamp when the task ended
     */
    record Document(String type, Instant timestamp, Ended data) {

        static Document of(Announcement.EndedTask task) {
            return new Document(
                    "task." + task.state().name().toLowerCase(Locale.ROOT),
                    task.finishedAt(),
                    new Ended(
                            task.attempt().task().toString(),
                            task.name(),
                            task.state(),
                            task.attempt().number(),
                            task.labels(),
                            task.exitCode(),
                            Failure.of(task.failureKind()),
                            task.errorMessage(),
                            task.resultKey(),
                            task.resultMetadata(),
                            task.createdAt(),
                            task.finishedAt()));
        }
    }

    /** The task, in the words of {@code GET /tasks/{id}}. */
    record Ended(
            String taskId,
            String name,
            TaskState state,
            int attempt,
            Map<String, String> labels,
            @Nullable Integer exitCode,
            @Nullable Failure failure,
            @Nullable String errorMessage,
            @Nullable String resultKey,
            @Nullable Map<String, Object> resultMetadata,
            Instant createdAt,
            Instant finishedAt) {}

    /** Why it failed, in the words of {@code GET /tasks/{id}}. */
    record Failure(String kind, String fault, boolean retryable) {

        static @Nullable Failure of(@Nullable FailureKind kind) {
            return kind == null
                    ? null
                    : new Failure(
                            kind.name(),
                            kind.fault().name().toLowerCase(Locale.ROOT),
                            kind.isRetryable());
        }
    }
}
