package dev.kohakku.dispatcher.web;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON bodies strictly, whatever their content type says: a busybox {@code wget} calls
 * everything a form.
 */
public final class JsonBodies {

    private final JsonMapper json;

    public JsonBodies(JsonMapper json) {
        this.json = json;
    }

    /**
     * Reads the body as an object of this type; an empty body counts as <code>{}</code>.
     *
     * @throws Problem 413 over the limit, 400 for everything that is no such object, the field
     *     named
     */
    public <T> T read(HttpServletRequest request, Class<T> type, int limit) throws IOException {
        if (request.getContentLengthLong() > limit) {
            throw Problem.tooLarge(limit);
        }
        // why the stream: parameters, once asked for, would swallow a body that calls itself a form
        var bytes = request.getInputStream().readNBytes(limit + 1);
        if (bytes.length > limit) {
            throw Problem.tooLarge(limit);
        }
        try {
            JsonNode tree = bytes.length == 0 ? json.createObjectNode() : json.readTree(bytes);
            if (!tree.isObject()) {
                throw Problem.invalid("body", "a JSON object is required");
            }
            return json.treeToValue(tree, type);
        } catch (JacksonException refused) {
            throw problemOf(refused);
        }
    }

    /** The refusal that names the field, if the reader got as far as one. */
    static Problem problemOf(JacksonException refused) {
        if (refused instanceof UnrecognizedPropertyException unknown) {
            return Problem.invalid(pathOf(unknown), "unknown field");
        }
        if (refused instanceof DatabindException mismatch && !mismatch.getPath().isEmpty()) {
            return Problem.invalid(pathOf(mismatch), mismatch.getOriginalMessage());
        }
        return Problem.of(
                HttpStatus.BAD_REQUEST,
                "invalid-json",
                "the body is not JSON: " + refused.getOriginalMessage());
    }

    private static String pathOf(DatabindException mismatch) {
        return mismatch.getPath().stream()
                .map(step ->
                        step.getPropertyName() == null
                                ? "[" + step.getIndex() + "]"
                                : step.getPropertyName())
                .collect(Collectors.joining("."));
    }
}
