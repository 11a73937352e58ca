package dev.kohakku.common.wire;

import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/** How much a body may make its reader build, beside its bytes. */
public final class JsonLimits {

    /**
     * How many tokens (names, values, brackets) a client's body may have. As a tree each costs some
     * 50 to 100 bytes of memory, and three bytes of a body are enough for two.
     */
    public static final int MOST_TOKENS = 200_000;

    /** The reader's own names for its settings say nothing to who sent the body. */
    private static final Pattern SETTING = Pattern.compile(",? from `[^`]*`");

    private JsonLimits() {}

    /** A new builder of a mapper that reads at most {@link #MOST_TOKENS}. */
    public static JsonMapper.Builder builder() {
        return JsonMapper.builder(
                JsonFactory.builder()
                        .streamReadConstraints(
                                StreamReadConstraints.builder().maxTokenCount(MOST_TOKENS).build())
                        .build());
    }

    /** What a reader says of a body, the limit it goes past included. */
    public static String words(JacksonException refused) {
        return SETTING.matcher(String.valueOf(refused.getOriginalMessage())).replaceAll("");
    }
}
