package dev.kohakku.dispatcher.agent;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.blob.BlobStore;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.dispatcher.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * What containers call, each with its {@code X-Agent-Key}. Any replica may answer. No content type
 * is asked for, and nothing here reads request parameters of a POST: a busybox {@code wget} is
 * enough of a client.
 */
@RestController
@RequestMapping("/agent")
class AgentApi {

    private static final Map<String, String> OK = Map.of("status", "ok");

    private final AgentGate gate;
    private final AgentRecords records;
    private final AgentBodies bodies;
    private final AgentCalls calls;
    private final BlobStore blobs;
    private final ResultUploads uploads;
    private final Clock clock;

    AgentApi(
            AgentGate gate,
            AgentRecords records,
            AgentBodies bodies,
            AgentCalls calls,
            BlobStore blobs,
            ResultUploads uploads,
            Clock clock) {
        this.gate = gate;
        this.records = records;
        this.bodies = bodies;
        this.calls = calls;
        this.blobs = blobs;
        this.uploads = uploads;
        this.clock = clock;
    }

    /** The agent runs. Idempotent. */
    @PostMapping({"/checkin", "/checkin/"})
    Map<String, String> checkIn(HttpServletRequest request) throws IOException {
        var attempt = gate.caller(request);
        bodies.checkIn(request);
        records.checkIn(attempt, clock.instant());
        calls.called(attempt);
        return OK;
    }

    /** How far it is; only the latest counts. */
    @PostMapping({"/progress", "/progress/"})
    Map<String, String> progress(HttpServletRequest request) throws IOException {
        var attempt = gate.caller(request);
        records.progress(attempt, bodies.progress(request, clock.instant()));
        calls.called(attempt);
        return OK;
    }

    /** How it went. The same again is 200, another one 409; 200 means it is kept. */
    @PostMapping({"/checkback", "/checkback/"})
    Map<String, String> checkBack(HttpServletRequest request) throws IOException {
        var attempt = gate.caller(request);
        var checkBack = bodies.checkBack(request);
        var resultKey = checkBack.resultKey();
        if (resultKey != null && !isResultOf(attempt, resultKey)) {
            throw Problem.invalid(
                    "result_key", "must be a key that PUT /agent/results/{name} has answered");
        }
        switch (records.checkBack(attempt, checkBack)) {
            case KEPT -> calls.called(attempt);
            case DIFFERENT ->
                    throw Problem.of(
                            HttpStatus.CONFLICT,
                            "check-back-differs",
                            "another check-back of attempt " + attempt + " was before this one");
            case TOO_LATE -> throw AgentGate.over(attempt);
        }
        return OK;
    }

    /** The brief: by the signed link, or by the key. */
    @GetMapping({"/brief", "/brief/"})
    void brief(
            HttpServletRequest request,
            HttpServletResponse response,
            @RequestParam @Nullable String task,
            @RequestParam @Nullable String attempt,
            @RequestParam @Nullable String expires,
            @RequestParam @Nullable String signature)
            throws IOException {
        var link = signature == null ? null : new AgentGate.Link(task, attempt, expires, signature);
        var reader = gate.reader(request, link);
        var key = records.brief(reader);
        var content = key.isEmpty() ? null : blobs.open(key.get()).orElse(null);
        if (content == null) {
            throw Problem.of(
                    HttpStatus.NOT_FOUND, "brief-unknown", "attempt " + reader + " has no brief");
        }
        try (content) {
            response.setContentType(MediaType.APPLICATION_JSON_VALUE);
            content.transferTo(response.getOutputStream());
        }
    }

    /** Stores a result, replacing one of the same name; answers its key. POST serves as PUT. */
    @RequestMapping(
            path = "/results/{name}",
            method = {RequestMethod.PUT, RequestMethod.POST})
    Map<String, String> result(HttpServletRequest request, @PathVariable String name)
            throws IOException {
        var attempt = gate.caller(request);
        if (!name.matches("[A-Za-z0-9._-]{1,200}") || name.matches("\\.{1,2}")) {
            throw Problem.invalid("name", "must be 1 to 200 letters, digits, '.', '_' or '-'");
        }
        var key = new BlobKey(resultsOf(attempt) + name);
        uploads.put(key, request.getContentLengthLong(), request.getInputStream(), typeOf(request));
        return Map.of("result_key", key.value());
    }

    private static String resultsOf(AttemptId attempt) {
        return "results/" + attempt.task() + "/" + attempt.number() + "/";
    }

    private static boolean isResultOf(AttemptId attempt, String key) {
        try {
            return new BlobKey(key).value().startsWith(resultsOf(attempt));
        } catch (IllegalArgumentException noKey) {
            return false;
        }
    }

    private static String typeOf(HttpServletRequest request) {
        var given = Objects.requireNonNullElse(request.getContentType(), "");
        // why: that is what simple clients call everything
        return given.isEmpty() || given.startsWith(MediaType.APPLICATION_FORM_URLENCODED_VALUE)
                ? MediaType.APPLICATION_OCTET_STREAM_VALUE
                : given;
    }
}
