package dev.kohakku.controller.task;

import dev.kohakku.common.task.TaskSpec;
import org.springframework.stereotype.Component;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads specs as they are stored. Lenient where the API is strict: in a rolling upgrade a newer
 * Controller has stored fields this one does not know. Thread-safe.
 */
@Component
public class StoredSpecs {

    private final ObjectReader reader;

    public StoredSpecs(JsonMapper json) {
        this.reader =
                json.readerFor(TaskSpec.class)
                        .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    /**
     * The spec in a column.
     *
     * @throws tools.jackson.core.JacksonException when it is none
     */
    public TaskSpec read(String stored) {
        return reader.readValue(stored);
    }
}
