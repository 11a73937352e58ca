package dev.kohakku.controller.role;

import java.util.Locale;
import org.springframework.boot.context.properties.ConfigurationPropertiesBinding;
import org.springframework.core.convert.converter.Converter;
import org.springframework.stereotype.Component;

/** Reads {@code WORKER_QUEUES}; what is no queue stops the start with a sentence. */
@Component
@ConfigurationPropertiesBinding
class QueueWords implements Converter<String, Roles.Queue> {

    @Override
    public Roles.Queue convert(String word) {
        return switch (word.strip().toLowerCase(Locale.ROOT)) {
            case "default" -> Roles.Queue.DEFAULT;
            case "dispatch" -> Roles.Queue.DISPATCH;
            case "cleanup" -> Roles.Queue.CLEANUP;
            default ->
                    throw new IllegalArgumentException(
                            "WORKER_QUEUES names '"
                                    + word
                                    + "', which is no queue: write some of default, dispatch and"
                                    + " cleanup with commas between them");
        };
    }
}
