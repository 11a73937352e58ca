package dev.kohakku.controller.web;

import dev.kohakku.common.wire.StorableText;
import jakarta.servlet.http.HttpServletRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the parameters of a query and notes everything that is wrong, as {@link JsonFields}. */
public final class QueryFields {

    private static final int LONGEST = 2_000;

    private final Map<String, String[]> parameters;
    private final FieldErrors errors;
    private final Set<String> known = new HashSet<>();

    private QueryFields(Map<String, String[]> parameters, FieldErrors errors) {
        this.parameters = parameters;
        this.errors = errors;
    }

    /** The parameters of a request. */
    public static QueryFields of(HttpServletRequest request, FieldErrors errors) {
        return new QueryFields(request.getParameterMap(), errors);
    }

    /** Every value of a parameter that may be given again and again. */
    public List<String> repeated(String name) {
        known.add(name);
        var values = List.of(parameters.getOrDefault(name, new String[0]));
        if (values.size() > 50
                || values.stream()
                        .anyMatch(value ->
                                value.length() > LONGEST || StorableText.faultOf(value) != null)) {
            errors.add(name, "too_long", "is given too often, is too long or contains NUL");
            return List.of();
        }
        return values;
    }

    /** The value of a parameter that may be given once; null when it is not given. */
    public @Nullable String text(String name) {
        var values = repeated(name);
        if (values.size() > 1) {
            errors.add(name, "duplicate", "may be given once only");
        }
        return values.isEmpty() ? null : values.getFirst();
    }

    /** A value read further, by something that says what is wrong as IllegalArgumentException. */
    public <T> @Nullable T parsed(String name, Function<String, T> parse) {
        var text = text(name);
        if (text == null) {
            return null;
        }
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException refused) {
            errors.add(name, "format", String.valueOf(refused.getMessage()));
            return null;
        }
    }

    /** A whole number within bounds. */
    public int whole(String name, int least, int most, int otherwise) {
        var number =
                parsed(
                        name,
                        text -> {
                            if (!text.matches("\\d{1,9}")
                                    || Integer.parseInt(text) < least
                                    || Integer.parseInt(text) > most) {
                                throw new IllegalArgumentException(
                                        "must be a whole number from " + least + " to " + most);
                            }
                            return Integer.parseInt(text);
                        });
        return number == null ? otherwise : number;
    }

    /** A moment in ISO-8601 with an offset. */
    public @Nullable Instant instant(String name) {
        return parsed(name, QueryFields::instantOf);
    }

    /** {@code true} or {@code false}; false when it is not given. */
    public boolean flag(String name) {
        var flag =
                parsed(
                        name,
                        text ->
                                switch (text) {
                                    case "true", "" -> true;
                                    case "false" -> false;
                                    default ->
                                            throw new IllegalArgumentException(
                                                    "must be true or false");
                                });
        return flag != null && flag;
    }

    /** Notes every parameter nobody asked for. Call it last. */
    public void refuseUnknown() {
        for (var name : parameters.keySet()) {
            if (!known.contains(name)) {
                errors.add(
                        Texts.shown(name),
                        "unknown",
                        "is not a parameter here; known are "
                                + String.join(", ", known.stream().sorted().toList()));
            }
        }
    }

    /**
     * Reads a moment.
     *
     * @throws IllegalArgumentException that says what would be right
     */
    public static Instant instantOf(String text) {
        try {
            var moment = OffsetDateTime.parse(text).toInstant();
            if (moment.isBefore(Instant.EPOCH)
                    || moment.isAfter(Instant.parse("9999-12-31T23:59:59Z"))) {
                throw new IllegalArgumentException("must lie between the years 1970 and 9999");
            }
            return moment;
        } catch (DateTimeException refused) {
            throw new IllegalArgumentException(
                    "'"
                            + Texts.shown(text)
                            + "' is not a moment: write 2026-01-31T12:00:00Z (ISO-8601 with an offset)",
                    refused);
        }
    }
}
