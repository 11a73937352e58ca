package dev.kohakku.dispatcher.report;

import dev.kohakku.common.brief.BriefRef;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.TaskSpec;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.AttemptEvent;
import dev.kohakku.common.wire.AttemptReport;
import dev.kohakku.common.wire.AttemptReports;
import dev.kohakku.common.wire.Callback;
import dev.kohakku.common.wire.Claim;
import dev.kohakku.common.wire.Claimed;
import dev.kohakku.common.wire.Problems;
import dev.kohakku.common.wire.ReportAnswer;
import dev.kohakku.common.wire.WireJson;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClientException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The Controller's side of claims and reports, in memory: epochs grow with the instance, events are
 * kept once by their numbers, an end is taken once. Thread-safe.
 */
public final class TestingController implements AttemptReports {

    private final Map<AttemptId, Kept> tasks = new HashMap<>();
    private final JsonMapper json = WireJson.mapper();
    private final Clock clock;
    private Duration ahead = Duration.ZERO;
    private boolean away;
    private int failures;
    private int claims;
    private String refusedStep;
    private boolean refusesStartings;
    private String traceparent;
    private Runnable afterNextStarting = () -> {};
    private RestClientException nextCallbackFailure;

    public TestingController(Clock clock) {
        this.clock = clock;
    }

    private static final class Kept {
        private final TaskSpec spec;
        private TaskState state = TaskState.QUEUED;
        private String owner = "";
        private final Set<String> formerOwners = new HashSet<>();
        private long epoch;
        private long lastSequence;
        private String token = "";
        private boolean cancelled;
        private Instant startAskedAt;
        private URI refusal;
        private final List<AttemptEvent> events = new ArrayList<>();
        private final List<Callback> ends = new ArrayList<>();

        private Kept(TaskSpec spec) {
            this.spec = spec;
        }
    }

    /** A task waits to be claimed. */
    public synchronized AttemptId queue(AttemptId attempt, TaskSpec spec) {
        tasks.put(attempt, new Kept(spec));
        return attempt;
    }

    public synchronized void traced(String trace) {
        traceparent = trace;
    }

    public synchronized void setAway(boolean isAway) {
        away = isAway;
    }

    /** The next callback fails like this. */
    public synchronized void failNextCallback(RestClientException failure) {
        nextCallbackFailure = failure;
    }

    /** Happens when the next start is recorded, before the owner hears of it. */
    public synchronized void afterNextStarting(Runnable event) {
        afterNextStarting = event;
    }

    /** Its clock goes before the dispatchers'. */
    public synchronized void setAhead(Duration time) {
        ahead = time;
    }

    private Instant now() {
        return clock.instant().plus(ahead);
    }

    /** Somebody else owns the attempt from now on. */
    public synchronized void giveAway(AttemptId attempt) {
        tasks.get(attempt).owner = "somebody else";
        tasks.get(attempt).epoch++;
    }

    /** The attempt is over, without the dispatcher's word. */
    public synchronized void end(AttemptId attempt) {
        tasks.get(attempt).state = TaskState.FAILED;
        tasks.get(attempt).epoch++;
    }

    /** Its database was emptied. */
    public synchronized void forget(AttemptId attempt) {
        tasks.remove(attempt);
    }

    /** Reports with this step of a backend cannot be read. */
    public synchronized void refuseSteps(String step) {
        refusedStep = step;
    }

    /** It is of the release before, and does not know that a start is recorded. */
    public synchronized void refuseStartings() {
        refusesStartings = true;
    }

    /** How many claims were answered or refused. */
    public synchronized int claims() {
        return claims;
    }

    /** Claims of this attempt are refused like this from now on. */
    public synchronized void refuseClaims(AttemptId attempt, URI reason) {
        tasks.get(attempt).refusal = reason;
    }

    public synchronized void requestCancel(AttemptId attempt) {
        tasks.get(attempt).cancelled = true;
        tasks.get(attempt).state = TaskState.CANCELLING;
    }

    public synchronized List<AttemptEvent> events(AttemptId attempt) {
        return List.copyOf(tasks.get(attempt).events);
    }

    /** The words of the backend's steps, in order. */
    public List<String> steps(AttemptId attempt) {
        return events(attempt).stream()
                .filter(AttemptEvent.Backend.class::isInstance)
                .map(event -> ((AttemptEvent.Backend) event).step())
                .toList();
    }

    /** Every end that was taken: more than one would be a defect. */
    public synchronized List<Callback> ends(AttemptId attempt) {
        return List.copyOf(tasks.get(attempt).ends);
    }

    public synchronized TaskState state(AttemptId attempt) {
        return tasks.get(attempt).state;
    }

    /** How many calls failed because it was away. */
    public synchronized int failures() {
        return failures;
    }

    @Override
    public synchronized Claimed claim(String task, int attempt, Claim claim) {
        reach();
        claims++;
        var id = AttemptIds.of(task, attempt);
        var kept = tasks.get(id);
        if (kept == null) {
            throw problem(HttpStatus.NOT_FOUND, Problems.TASK_UNKNOWN);
        }
        refuseIfNotClaimable(kept, claim);
        if (!kept.owner.equals(claim.instance())) {
            kept.formerOwners.add(kept.owner);
            kept.owner = claim.instance();
            kept.epoch++;
            kept.lastSequence = 0;
        }
        if (kept.state == TaskState.QUEUED) {
            kept.state = TaskState.PROVISIONING;
        }
        kept.token = "token-" + id + "-" + kept.epoch;
        return new Claimed(
                new Epoch(kept.epoch),
                kept.state,
                kept.spec,
                BriefRef.of(id.task(), "0".repeat(64)),
                Map.of("SECRET", "hidden"),
                null,
                kept.token,
                now(),
                now(),
                kept.startAskedAt,
                traceparent);
    }

    private static void refuseIfNotClaimable(Kept kept, Claim claim) {
        if (kept.refusal != null) {
            throw problem(HttpStatus.CONFLICT, kept.refusal);
        }
        if (kept.state.isTerminal()) {
            throw problem(HttpStatus.CONFLICT, Problems.ATTEMPT_ENDED);
        }
        // why: who has lost an attempt to another does not get it back by asking, as in the real
        // one.
        if (kept.owner.equals("somebody else") || kept.formerOwners.contains(claim.instance())) {
            throw problem(HttpStatus.CONFLICT, Problems.ATTEMPT_OWNED);
        }
    }

    @Override
    public synchronized ReportAnswer report(String task, int attempt, AttemptReport report) {
        reach();
        var kept = fenced(AttemptIds.of(task, attempt), report.epoch());
        if (report.events().stream()
                .anyMatch(event ->
                        event instanceof AttemptEvent.Starting
                                ? refusesStartings
                                : event instanceof AttemptEvent.Backend(_, String step, _)
                                        && step.equals(refusedStep))) {
            throw problem(HttpStatus.BAD_REQUEST, Problems.type("invalid-request"));
        }
        for (var i = 0; i < report.events().size(); i++) {
            if (report.sequence() + i > kept.lastSequence) {
                kept.lastSequence++;
                kept.events.add(report.events().get(i));
                if (report.events().get(i) instanceof AttemptEvent.Starting(var at)
                        && kept.startAskedAt == null) {
                    kept.startAskedAt = at;
                    afterNextStarting.run();
                    afterNextStarting = () -> {};
                }
                if (report.events().get(i) instanceof AttemptEvent.Running
                        && kept.state == TaskState.PROVISIONING) {
                    kept.state = TaskState.RUNNING;
                }
            }
        }
        return new ReportAnswer(kept.cancelled);
    }

    @Override
    public synchronized void callback(
            String task, String authorization, String timestamp, String signature, byte[] body) {
        reach();
        if (nextCallbackFailure != null) {
            var failure = nextCallbackFailure;
            nextCallbackFailure = null;
            throw failure;
        }
        var skew = Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), now());
        if (skew.abs().compareTo(Duration.ofMinutes(5)) > 0) {
            throw problem(HttpStatus.UNAUTHORIZED, Problems.type("callback-timestamp-invalid"));
        }
        var callback = json.readValue(body, Callback.class);
        var id = AttemptIds.of(task, callback.attempt());
        var kept = fenced(id, callback.epoch());
        if (!authorization.equals("Bearer " + kept.token)) {
            throw problem(HttpStatus.UNAUTHORIZED, Problems.type("unauthorized"));
        }
        kept.ends.add(callback);
        kept.state =
                switch (callback.status()) {
                    case COMPLETED -> TaskState.COMPLETED;
                    case FAILED -> TaskState.FAILED;
                    case TIMED_OUT -> TaskState.TIMED_OUT;
                    case CANCELLED -> TaskState.CANCELLED;
                };
    }

    private Kept fenced(AttemptId id, Epoch epoch) {
        var kept = tasks.get(id);
        if (kept == null || kept.epoch != epoch.value() || kept.state.isTerminal()) {
            throw problem(HttpStatus.CONFLICT, Problems.ATTEMPT_FENCED);
        }
        return kept;
    }

    private void reach() {
        if (away) {
            failures++;
            throw new ResourceAccessException("told to be away");
        }
    }

    /** The answer with a problem document of this type. */
    public static HttpClientErrorException problem(HttpStatus status, URI type) {
        return HttpClientErrorException.create(
                status,
                status.getReasonPhrase(),
                new HttpHeaders(),
                ("{\"type\":\"" + type + "\",\"detail\":\"as the test wants\"}")
                        .getBytes(StandardCharsets.UTF_8),
                StandardCharsets.UTF_8);
    }
}
