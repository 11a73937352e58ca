package dev.kohakku.controller.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads the body of a request as one JSON value, strictly. */
@Component
public class JsonBody {

    private final ObjectReader reader;
    private final ObjectWriter sorted;

    JsonBody(JsonMapper json) {
        this.reader =
                json.readerFor(JsonNode.class)
                        .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
        this.sorted = json.writer().with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
    }

    /**
     * The value of a body.
     *
     * @throws ProblemException 400 {@code unreadable-body} when it is empty, no JSON, has a name
     *     twice in one object or anything after its value
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
     * A hash of a value that does not depend on the order of names or on white space: 64 lower-case
     * hexadecimal digits of SHA-256.
     */
    public String sha256(JsonNode value) {
        try {
            var text = sorted.writeValueAsString(PlainJson.of(value));
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
