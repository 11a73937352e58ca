package dev.kohakku.e2e.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** {@code docker-compose.yml} as it is written: with its variables, and its merge keys resolved. */
final class ComposeFile {

    static final Path ROOT = Path.of("..");

    private final String text;
    private final Map<String, Object> document;

    private ComposeFile(String text) {
        this.text = text;
        document = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
    }

    static ComposeFile read() throws IOException {
        return new ComposeFile(Files.readString(ROOT.resolve("docker-compose.yml")));
    }

    String text() {
        return text;
    }

    Map<String, Map<String, Object>> services() {
        return map(document, "services");
    }

    Map<String, Object> service(String name) {
        return services().get(name);
    }

    /** The map at a key; empty where there is none. */
    @SuppressWarnings(
            "unchecked") // A document has the shape that it has; a wrong one fails the test.
    static <V> Map<String, V> map(Map<String, Object> of, String key) {
        return (Map<String, V>) of.getOrDefault(key, Map.of());
    }

    /** The list of words at a key; empty where there is none. */
    @SuppressWarnings("unchecked") // As above.
    static List<String> words(Map<String, Object> of, String key) {
        return (List<String>) of.getOrDefault(key, List.of());
    }
}
