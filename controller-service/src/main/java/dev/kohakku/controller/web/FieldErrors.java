package dev.kohakku.controller.web;

import static dev.kohakku.common.wire.Problems.type;

import java.util.ArrayList;
import java.util.List;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;

/**
 * Collects everything wrong with the fields of a body or the parameters of a query, so that one
 * answer names them all: 400, type {@code invalid-request}, with {@code errors}.
 */
public final class FieldErrors {

    private static final int MOST = 100;

    private final List<FieldError> errors = new ArrayList<>();

    /**
     * Adds an error.
     *
     * @param field its place in the form {@code ports[0].container_port}; a query parameter's name
     * @param code a stable word: {@code unknown}, {@code missing}, {@code type}, {@code range},
     *     {@code format}, {@code duplicate}, {@code reserved}, {@code too_long}, {@code
     *     unsupported}, …
     * @param message what is wrong and what would be right, for a person
     */
    public void add(String field, String code, String message) {
        if (errors.size() < MOST) {
            errors.add(new FieldError(field, code, message));
        }
    }

    /** Whether nothing is wrong so far. */
    public boolean isEmpty() {
        return errors.isEmpty();
    }

    /** What was added, in order. */
    public List<FieldError> all() {
        return List.copyOf(errors);
    }

    /** Ends the request when anything was added. */
    public void refuseIfAny() {
        if (!errors.isEmpty()) {
            throw problem().exception();
        }
    }

    Problem problem() {
        var first = errors.getFirst();
        var more = errors.size() - 1;
        return Problem.of(
                        type("invalid-request"),
                        HttpStatus.BAD_REQUEST,
                        "Request is not valid",
                        first.field()
                                + ": "
                                + first.message()
                                + (more == 0 ? "" : " (and " + more + " more, see errors)"))
                .with("errors", List.copyOf(errors));
    }

    /** The place a databind error happened at, in the form of {@link #add}. */
    static String nameOf(List<JacksonException.Reference> path) {
        var name = new StringBuilder();
        for (var step : path) {
            if (step.getPropertyName() == null) {
                name.append('[').append(step.getIndex()).append(']');
            } else {
                name.append(name.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return name.toString();
    }

    /** One error; see {@link FieldErrors#add}. */
    public record FieldError(String field, String code, String message) {}
}
