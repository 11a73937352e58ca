package dev.kohakku.common.task;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a client asked for, validated, with every default filled in. Immutable for the life of the
 * task.
 *
 * <p>Carries no secret values: {@code secrets} are names, resolved when the attempt is claimed.
 *
 * @param name for people; up to 200 characters
 * @param image what to run; the {@code worker} backend ignores it
 * @param command program and arguments; empty for the image's own
 * @param instructions for the agent, part of the brief; null for none
 * @param context any JSON object, part of the brief
 * @param skills slugs of registered skills
 * @param configs names of registered configs
 * @param secrets names of stored secrets, given to the container as environment variables
 * @param env environment variables
 * @param resources limits
 * @param ports ports the container offers
 * @param runtimeTarget where to run
 * @param timeouts the four limits in time
 * @param maxAttempts how often it is tried at most, from 1
 * @param priority 0 (first to wait) to 9 (first to go)
 * @param labels for filtering
 * @param completion what decides that it has completed
 * @param callbackUrl where the end is announced; null for nowhere
 */
public record TaskSpec(
        String name,
        ImageReference image,
        List<String> command,
        @Nullable String instructions,
        Map<String, Object> context,
        List<String> skills,
        List<String> configs,
        List<String> secrets,
        Map<String, String> env,
        Resources resources,
        List<PortMapping> ports,
        RuntimeTarget runtimeTarget,
        Timeouts timeouts,
        int maxAttempts,
        int priority,
        Map<String, String> labels,
        CompletionMode completion,
        @Nullable URI callbackUrl) {

    public TaskSpec {
        command = List.copyOf(command);
        skills = List.copyOf(skills);
        configs = List.copyOf(configs);
        secrets = List.copyOf(secrets);
        env = Map.copyOf(env);
        ports = List.copyOf(ports);
        labels = Map.copyOf(labels);
    }

    /** The same without this label. */
    public TaskSpec withoutLabel(String key) {
        var fewer = new HashMap<>(labels);
        fewer.remove(key);
        return new TaskSpec(
                name,
                image,
                command,
                instructions,
                context,
                skills,
                configs,
                secrets,
                env,
                resources,
                ports,
                runtimeTarget,
                timeouts,
                maxAttempts,
                priority,
                fewer,
                completion,
                callbackUrl);
    }

    /**
     * For logs and exceptions: leaves out what clients may keep confidential, which is the command,
     * the instructions, the context, the URL and the values of environment variables.
     */
    @Override
    public String toString() {
        return "TaskSpec[name=%s, image=%s, env=%s, secrets=%s, runtimeTarget=%s, …]"
                .formatted(name, image, new TreeSet<>(env.keySet()), secrets, runtimeTarget);
    }

    /**
     * The limits in time, each with a failure kind of its own.
     *
     * @param run from the container's start to its end
     * @param queue from acceptance to a dispatcher's claim; null for no limit
     * @param start from the claim to the running container, pull included
     * @param expiresAt after this moment the task ends wherever it stands; null for never
     */
    public record Timeouts(
            Duration run, @Nullable Duration queue, Duration start, @Nullable Instant expiresAt) {}
}
