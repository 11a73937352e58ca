package dev.kohakku.controller.web;

import dev.kohakku.common.brief.CanonicalJson;
import dev.kohakku.common.wire.JsonLimits;
import java.util.Objects;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

/** Reads the body of a request as one JSON value, strictly. */
@Component
public class JsonBody {

    private final ObjectReader reader;

    JsonBody() {
        this.reader =
                JsonLimits.builder()
                        .build()
                        .readerFor(JsonNode.class)
                        .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    }

    /**
     * The value of a body.
     *
     * @throws ProblemException 400 {@code unreadable-body} when it is empty, no JSON, has a name
     *     twice in one object, anything after its value, or more than {@link
     *     JsonLimits#MOST_TOKENS}
     */
    public JsonNode read(byte[] body) {
        if (body.length == 0) {
            throw ProblemAdvice.unreadableJson(new IllegalArgumentException("empty")).exception();
        }
        try {
            return reader.readValue(body);
        } catch (JacksonException refused) {
            throw ProblemAdvice.unreadableJson(refused).exception();
        }
    }

    /**
     * A hash of a value that does not depend on the order of names or on white space: SHA-256 of
     * its canonical form, 64 lower-case hexadecimal digits. For values that passed validation.
     */
    public String sha256(JsonNode value) {
        return CanonicalJson.sha256(CanonicalJson.of(Objects.requireNonNull(PlainJson.of(value))));
    }
}
