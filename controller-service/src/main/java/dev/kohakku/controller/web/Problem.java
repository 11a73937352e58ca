package dev.kohakku.controller.web;

import dev.kohakku.common.wire.Problems;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;

/**
 * A problem document (RFC 9457), answered as {@code application/problem+json}.
 *
 * @param type stable; every one is listed in {@code docs/api.md}
 * @param status of the response
 * @param title the same for every problem of this type
 * @param detail what is wrong this time and what to do about it, for a person
 * @param extra further members, in this order; the names of RFC 9457 are not allowed
 * @param headers further headers of the response
 */
public record Problem(
        URI type,
        HttpStatus status,
        String title,
        String detail,
        Map<String, Object> extra,
        Map<String, String> headers) {

    public Problem {
        extra = new LinkedHashMap<>(extra);
        headers = Map.copyOf(headers);
    }

    /** A problem without further members. */
    public static Problem of(URI type, HttpStatus status, String title, String detail) {
        return new Problem(type, status, title, detail, Map.of(), Map.of());
    }

    /** The 404 of every endpoint that is asked for a task. */
    public static Problem taskUnknown(String task) {
        return of(
                Problems.TASK_UNKNOWN,
                HttpStatus.NOT_FOUND,
                "No such task",
                "There is no task '" + task + "'.");
    }

    /** The object store could not be asked: 503. */
    public static Problem storeUnavailable(IOException cause) {
        LoggerFactory.getLogger(Problem.class)
                .warn("The object store failed: {}", cause.toString());
        return of(
                        Problems.type("unavailable"),
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "Temporarily unavailable",
                        "The object store cannot be reached now; repeat the request.")
                .withHeader("Retry-After", "2");
    }

    /** The same with a further member. */
    public Problem with(String name, Object value) {
        var members = new LinkedHashMap<>(extra);
        members.put(name, value);
        return new Problem(type, status, title, detail, members, headers);
    }

    /** The same with a further header in the response. */
    public Problem withHeader(String name, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Problem(type, status, title, detail, extra, more);
    }

    /** To be thrown by whatever answers a request. */
    public ProblemException exception() {
        return new ProblemException(this);
    }

    Map<String, Object> members() {
        var members = new LinkedHashMap<String, Object>();
        members.put("type", type.toString());
        members.put("title", title);
        members.put("status", status.value());
        members.put("detail", detail);
        members.putAll(extra);
        return members;
    }
}
