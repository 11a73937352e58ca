package dev.kohakku.controller.testing;

import dev.kohakku.common.queue.PoolStreams;
import dev.kohakku.common.queue.redis.RedisListQueue;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.common.wire.AttemptReport;
import dev.kohakku.common.wire.AttemptReports;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.common.wire.CallbackSignature;
import dev.kohakku.common.wire.CheckIn;
import dev.kohakku.common.wire.CheckedIn;
import dev.kohakku.common.wire.Claim;
import dev.kohakku.common.wire.Claimed;
import dev.kohakku.common.wire.DispatchMode;
import dev.kohakku.common.wire.DispatcherRegistry;
import dev.kohakku.common.wire.Heartbeat;
import dev.kohakku.common.wire.HeartbeatAnswer;
import dev.kohakku.common.wire.Inventory;
import dev.kohakku.common.wire.InventoryAnswer;
import dev.kohakku.common.wire.Leave;
import dev.kohakku.common.wire.PrefetchOutcome;
import dev.kohakku.common.wire.Problems;
import dev.kohakku.common.wire.ReportAnswer;
import dev.kohakku.common.wire.ScopeInventory;
import dev.kohakku.common.wire.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientResponseException;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/** A dispatcher as the Controller sees it: a client of the wire contract, without containers. */
public final class TestingDispatcher {

    private final HttpServiceProxyFactory proxies;
    private final DispatcherRegistry registry;
    private final AttemptReports reports;
    private final String id;
    private final String instance;
    private final String url;
    private final Intake intake;
    private final List<BackendStatus> backends;

    private TestingDispatcher(
            HttpServiceProxyFactory proxies,
            String id,
            String url,
            Intake intake,
            List<BackendStatus> backends) {
        this.registry = proxies.createClient(DispatcherRegistry.class);
        this.reports = proxies.createClient(AttemptReports.class);
        this.id = id;
        this.instance = UUID.randomUUID().toString();
        this.url = url;
        this.intake = intake;
        this.backends = backends;
        this.proxies = proxies;
    }

    /**
     * One with a healthy Docker engine, an id and a queue of its own, at an address nobody is at.
     */
    public static TestingDispatcher of(Environment environment) {
        var client =
                RestClient.builder()
                        .baseUrl(
                                "http://localhost:"
                                        + environment.getRequiredProperty("local.server.port"))
                        .defaultHeader(Problems.API_KEY_HEADER, ControllerTest.DISPATCHER_KEY)
                        .configureMessageConverters(converters ->
                                converters
                                        .registerDefaults()
                                        .withJsonConverter(
                                                new JacksonJsonHttpMessageConverter(
                                                        WireJson.mapper())))
                        .build();
        return new TestingDispatcher(
                HttpServiceProxyFactory.builderFor(RestClientAdapter.create(client)).build(),
                "d-" + UUID.randomUUID(),
                "http://127.0.0.1:1",
                new Intake(
                        DispatchMode.BUS,
                        "test:" + UUID.randomUUID(),
                        RuntimeTarget.DEFAULT_POOL,
                        Map.of(),
                        10),
                List.of(new BackendStatus(RuntimeType.LOCAL, "engine-1", true, null)));
    }

    /** How attempts come to it, and which. */
    private record Intake(
            DispatchMode mode,
            String queue,
            String pool,
            Map<String, String> labels,
            int capacity) {

        Intake on(DispatchMode otherMode, String otherQueue) {
            return new Intake(otherMode, otherQueue, pool, labels, capacity);
        }
    }

    /** The same dispatcher, another process, that is sent its attempts. */
    public TestingDispatcher sentTo(String itsUrl) {
        var list = RedisListQueue.nameOf("test", id);
        return new TestingDispatcher(
                proxies, id, itsUrl, intake.on(DispatchMode.HTTP, list), backends);
    }

    /** The same dispatcher, another process, in a pool and with labels, on a queue of its own. */
    public TestingDispatcher in(String pool, Map<String, String> labels) {
        return new TestingDispatcher(
                proxies,
                id,
                url,
                new Intake(
                        intake.mode(),
                        intake.queue() + ":" + pool,
                        pool,
                        labels,
                        intake.capacity()),
                backends);
    }

    /** The same dispatcher, another process, that reads a stream of each type. */
    public TestingDispatcher byType() {
        return new TestingDispatcher(
                proxies,
                id,
                url,
                intake.on(DispatchMode.BUS, PoolStreams.anyOf(intake.queue())),
                backends);
    }

    /** The same dispatcher, another process, that works on so many at once. */
    public TestingDispatcher workingOn(int capacity) {
        return new TestingDispatcher(
                proxies,
                id,
                url,
                new Intake(intake.mode(), intake.queue(), intake.pool(), intake.labels(), capacity),
                backends);
    }

    /** A new process under the same id. */
    public TestingDispatcher restarted() {
        return new TestingDispatcher(proxies, id, url, intake, backends);
    }

    /** A new process under the same id at another address. */
    public TestingDispatcher at(String otherUrl) {
        return new TestingDispatcher(proxies, id, otherUrl, intake, backends);
    }

    /** Another dispatcher on the same queue. */
    public TestingDispatcher beside() {
        return new TestingDispatcher(proxies, "d-" + UUID.randomUUID(), url, intake, backends);
    }

    /**
     * Another dispatcher, in a scope where nobody else is: while it is heard, others are missed.
     */
    public TestingDispatcher elsewhere() {
        return beside().with(new BackendStatus(RuntimeType.K8S, "elsewhere", true, null));
    }

    /** The same dispatcher, another process, with other backends. */
    public TestingDispatcher with(BackendStatus... others) {
        return new TestingDispatcher(proxies, id, url, intake, List.of(others));
    }

    public String id() {
        return id;
    }

    public String instance() {
        return instance;
    }

    public String queue() {
        return intake.queue();
    }

    public CheckIn greeting() {
        return new CheckIn(
                id,
                instance,
                url,
                intake.mode(),
                intake.queue(),
                intake.pool(),
                intake.labels(),
                intake.capacity(),
                backends,
                "test");
    }

    public CheckedIn checkIn() {
        return registry.checkIn(greeting());
    }

    /** The same, for chains. */
    public TestingDispatcher checkedIn() {
        checkIn();
        return this;
    }

    public HeartbeatAnswer heartbeat(AttemptRef... running) {
        return heartbeatWith(3, running);
    }

    /** A heartbeat that says how many slots are free. */
    public HeartbeatAnswer heartbeatWith(int freeSlots, AttemptRef... running) {
        return registry.heartbeat(
                id, new Heartbeat(instance, freeSlots, List.of(running), backends));
    }

    /** Says that its process stops. */
    public void leave() {
        registry.leave(id, new Leave(instance));
    }

    /** Tells what came of an image that was to be pulled ahead. */
    public void prefetched(UUID id, PrefetchOutcome.Result result, @Nullable String message) {
        registry.prefetched(this.id, new PrefetchOutcome(instance, id, result, message));
    }

    public InventoryAnswer inventory(ScopeInventory... scopes) {
        return registry.inventory(id, new Inventory(instance, List.of(scopes)));
    }

    public Claimed claim(TaskId task, int attempt) {
        return reports.claim(task.toString(), attempt, new Claim(id, instance));
    }

    public ReportAnswer report(
            AttemptId attempt, Epoch epoch, long sequence, AttemptEvent... events) {
        return reports.report(
                attempt.task().toString(),
                attempt.number(),
                new AttemptReport(epoch, sequence, List.of(events)));
    }

    /** Sends a terminal report as it should be: signed now, with this token. */
    public void callback(TaskId task, String token, String body) {
        var timestamp = Long.toString(System.currentTimeMillis() / 1000);
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        reports.callback(
                task.toString(),
                "Bearer " + token,
                timestamp,
                new CallbackSignature(ControllerTest.SIGNING_KEY)
                        .sign(timestamp, task.toString(), bytes),
                bytes);
    }

    /** Status and short type of the problem a call is refused with; "none" when it is not. */
    public static String refusalOf(Runnable call) {
        try {
            call.run();
            return "none";
        } catch (RestClientResponseException refused) {
            var type =
                    WireJson.mapper()
                            .readTree(refused.getResponseBodyAsByteArray())
                            .path("type")
                            .asString("");
            return refused.getStatusCode().value()
                    + " "
                    + type.substring(type.lastIndexOf('/') + 1);
        }
    }
}
