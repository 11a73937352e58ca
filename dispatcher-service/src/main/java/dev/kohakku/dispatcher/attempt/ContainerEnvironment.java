package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.wire.Claimed;
import dev.kohakku.dispatcher.agent.AgentKeys;
import dev.kohakku.dispatcher.agent.BriefLinks;
import java.net.URI;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** What a container finds in its environment. Thread-safe; needs no I/O. */
final class ContainerEnvironment {

    private final URI dispatcher;
    private final AgentKeys keys;
    private final BriefLinks links;

    /**
     * @param dispatcher {@code DISPATCHER_AGENT_URL}, else {@code DISPATCHER_URL}
     */
    ContainerEnvironment(URI dispatcher, AgentKeys keys, BriefLinks links) {
        this.dispatcher = dispatcher;
        this.keys = keys;
        this.links = links;
    }

    /**
     * The task's variables, then its secrets, then ours: a task cannot replace what the platform
     * says.
     */
    Map<String, String> of(AttemptId attempt, Claimed claimed, @Nullable String traceparent) {
        var url = addressFor(claimed.spec().runtimeTarget().type());
        var brief = claimed.brief();
        var env = new HashMap<>(claimed.spec().env());
        env.putAll(claimed.secrets());
        env.put("KOHAKKU_TASK_ID", attempt.task().toString());
        env.put("KOHAKKU_ATTEMPT", Integer.toString(attempt.number()));
        env.put("KOHAKKU_EPOCH", claimed.epoch().toString());
        env.put("KOHAKKU_BRIEF_URL", links.link(attempt, brief, url).toString());
        env.put("KOHAKKU_BRIEF_KEY", brief.key().value());
        env.put("KOHAKKU_BRIEF_SHA256", brief.sha256());
        env.put("KOHAKKU_DISPATCHER_URL", url);
        env.put("KOHAKKU_AGENT_KEY", keys.keyOf(attempt));
        env.put(
                "TRACEPARENT",
                Objects.requireNonNullElseGet(traceparent, ContainerEnvironment::newTrace));
        return env;
    }

    /**
     * why: in a container localhost is the container itself, in a subprocess it is this machine.
     */
    private String addressFor(RuntimeType type) {
        var address = dispatcher.toString();
        return switch (type) {
            case LOCAL ->
                    address.replaceFirst(
                            "^(https?://)(?:localhost|127\\.0\\.0\\.1)(?=[:/]|$)",
                            "$1host.docker.internal");
            case K8S, ECS, WORKER, MOCK -> address;
        };
    }

    /** A W3C trace context that begins here, not sampled. */
    private static String newTrace() {
        var ids = new byte[24];
        ThreadLocalRandom.current().nextBytes(ids);
        var hex = HexFormat.of();
        return "00-" + hex.formatHex(ids, 0, 16) + "-" + hex.formatHex(ids, 16, 24) + "-00";
    }
}
