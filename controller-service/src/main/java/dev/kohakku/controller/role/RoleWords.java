package dev.kohakku.controller.role;

import java.util.Locale;
import org.springframework.boot.context.properties.ConfigurationPropertiesBinding;
import org.springframework.core.convert.converter.Converter;
import org.springframework.stereotype.Component;

/** Reads {@code KOHAKKU_ROLES}; what is no role stops the start with a sentence. */
@Component
@ConfigurationPropertiesBinding
class RoleWords implements Converter<String, Roles.Role> {

    @Override
    public Roles.Role convert(String word) {
        return switch (word.strip().toLowerCase(Locale.ROOT)) {
            case "api" -> Roles.Role.API;
            case "worker" -> Roles.Role.WORKER;
            default ->
                    throw new IllegalArgumentException(
                            "KOHAKKU_ROLES names '"
                                    + word
                                    + "', which is no role: write api, worker, or both with a comma"
                                    + " between them");
        };
    }
}
