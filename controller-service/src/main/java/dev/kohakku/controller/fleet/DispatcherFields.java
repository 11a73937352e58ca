package dev.kohakku.controller.fleet;

import dev.kohakku.common.queue.redis.RedisListQueue;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.common.wire.CheckIn;
import dev.kohakku.common.wire.Heartbeat;
import dev.kohakku.common.wire.Leave;
import dev.kohakku.common.wire.PrefetchOutcome;
import dev.kohakku.controller.web.FieldErrors;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the fields of what dispatchers say of themselves must be; every error is named. */
final class DispatcherFields {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final Pattern QUEUE = Pattern.compile("[A-Za-z0-9:._{}-]{1,200}");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9._/-]{1,100}");
    private static final Pattern WORDS = Pattern.compile("[^\\x00]{1,500}");
    private static final Pattern MESSAGE = Pattern.compile("[^\\x00]{0,2000}");
    private static final Pattern REASON = Pattern.compile("[^\\x00]*");

    private DispatcherFields() {}

    static void check(CheckIn checkIn) {
        var errors = new FieldErrors();
        form(errors, "dispatcher_id", checkIn.dispatcherId(), ID);
        form(errors, "instance", checkIn.instance(), ID);
        form(errors, "queue", checkIn.queue(), QUEUE);
        queueOfMode(errors, checkIn);
        form(errors, "pool", checkIn.pool(), ID);
        given(
                errors,
                "labels",
                checkIn.labels(),
                DispatcherFields::areLabels,
                "may hold at most 50 names and values of up to 100 letters, digits, '.', '_', '-' or '/'");
        form(errors, "version", checkIn.version(), WORDS);
        given(
                errors,
                "url",
                checkIn.url(),
                DispatcherFields::isHttp,
                "must be an http or https address with a host, without a slash at the end");
        if (checkIn.maxRunningTasks() < 1) {
            errors.add("max_running_tasks", "range", "must be at least 1");
        }
        backends(errors, checkIn.backends());
        errors.refuseIfAny();
    }

    // why: what kind of queue a name stands for is read from the name wherever there is only that.
    private static void queueOfMode(FieldErrors errors, CheckIn checkIn) {
        if (!isGiven(checkIn.queue()) || !isGiven(checkIn.dispatcherId())) {
            return;
        }
        switch (checkIn.mode()) {
            case HTTP -> {
                if (!RedisListQueue.isNameOf(checkIn.queue(), checkIn.dispatcherId())) {
                    errors.add(
                            "queue", "format", "must be this dispatcher's own list in mode http");
                }
            }
            case BUS -> {
                if (RedisListQueue.isName(checkIn.queue())) {
                    errors.add("queue", "format", "must not be a list in mode bus");
                }
            }
        }
    }

    private static boolean areLabels(Map<String, String> labels) {
        return labels.size() <= 50
                && labels.entrySet().stream()
                        .allMatch(label ->
                                isGiven(label.getValue())
                                        && LABEL.matcher(label.getKey()).matches()
                                        && (label.getValue().isEmpty()
                                                || LABEL.matcher(label.getValue()).matches()));
    }

    static void check(Leave leave) {
        var errors = new FieldErrors();
        form(errors, "instance", leave.instance(), ID);
        errors.refuseIfAny();
    }

    static void check(PrefetchOutcome outcome) {
        var errors = new FieldErrors();
        form(errors, "instance", outcome.instance(), ID);
        if (!isGiven(outcome.id())) {
            errors.add("id", "missing", "is required");
        }
        if (!isGiven(outcome.result())) {
            errors.add("result", "missing", "is required");
        }
        form(errors, "message", Objects.toString(outcome.message(), ""), MESSAGE);
        errors.refuseIfAny();
    }

    static void check(Heartbeat heartbeat) {
        var errors = new FieldErrors();
        form(errors, "instance", heartbeat.instance(), ID);
        if (heartbeat.freeSlots() < 0) {
            errors.add("free_slots", "range", "must not be negative");
        }
        backends(errors, heartbeat.backends());
        given(
                errors,
                "running",
                heartbeat.running(),
                running ->
                        running.stream()
                                .allMatch(ref ->
                                        ref != null
                                                && isGiven(ref.taskId())
                                                && isGiven(ref.epoch())
                                                && ref.attempt() >= 1),
                "must hold task_id, attempt (from 1) and epoch each");
        errors.refuseIfAny();
    }

    private static void backends(FieldErrors errors, @Nullable List<BackendStatus> backends) {
        given(errors, "backends", backends, all -> all.size() <= 20, "may hold at most 20");
        if (backends == null) {
            return;
        }
        for (var i = 0; i < backends.size(); i++) {
            var place = "backends[" + i + "]";
            var backend = backends.get(i);
            if (backend == null || !isGiven(backend.type())) {
                errors.add(place + ".type", "missing", "is required");
            } else {
                form(errors, place + ".scope", backend.scope(), WORDS);
                form(errors, place + ".reason", Objects.toString(backend.reason(), ""), REASON);
            }
        }
    }

    private static void form(
            FieldErrors errors, String field, @Nullable String value, Pattern form) {
        given(
                errors,
                field,
                value,
                text -> form.matcher(text).matches(),
                "must match " + form.pattern());
    }

    private static <T> void given(
            FieldErrors errors,
            String field,
            @Nullable T value,
            Predicate<T> right,
            String message) {
        if (value == null) {
            errors.add(field, "missing", "is required");
        } else if (!right.test(value)) {
            errors.add(field, "format", message);
        }
    }

    // why: JSON may leave out what the record declares as always there.
    private static boolean isGiven(@Nullable Object value) {
        return value != null;
    }

    private static boolean isHttp(String url) {
        try {
            var uri = URI.create(url);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && url.length() <= 500
                    && !url.endsWith("/");
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }
}
