package dev.kohakku.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.wire.WireJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;

class ConfigurationDocumentTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "configuration.md");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)[:}]");

    @Test
    void everyPropertyIsDocumented() throws IOException {
        var metadata =
                WireJson.mapper()
                        .readTree(
                                Files.readString(
                                        Path.of(
                                                "target/classes/META-INF/spring-configuration-metadata.json")));
        // why only ours: the pool's own settings are documented by its library.
        var properties =
                metadata.get("properties").findValuesAsString("name").stream()
                        .filter(name -> name.startsWith("kohakku."))
                        .toList();

        assertThat(properties).isNotEmpty();
        assertThat(missing(properties)).as("not in docs/configuration.md").isEmpty();
    }

    @Test
    void everyEnvironmentVariableIsDocumented() throws IOException {
        var variables = new ArrayList<String>();
        var settings =
                new ClassPathResource("application.yml").getContentAsString(StandardCharsets.UTF_8);
        VARIABLE.matcher(settings).results().forEach(match -> variables.add(match.group(1)));

        assertThat(variables).contains("REDIS_URL", "POSTGRES_HOST", "MINIO_ENDPOINT");
        assertThat(missing(variables)).as("not in docs/configuration.md").isEmpty();
    }

    private static List<String> missing(List<String> names) throws IOException {
        var document = Files.readString(DOCUMENT);
        return names.stream().filter(name -> !document.contains("`" + name + "`")).toList();
    }
}
