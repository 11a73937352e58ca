package dev.kohakku.common.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.type.filter.AnnotationTypeFilter;

/**
 * The section of a service in {@code known-variables.txt}, held against the records that its
 * properties are read into and its {@code application.yml}.
 */
public final class KnownProperties {

    private static final ClassPathResource RESOURCE =
            new ClassPathResource("dev/kohakku/common/start/known-variables.txt");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(KOHAKKU_[A-Z0-9_]+)[:}]");

    private KnownProperties() {}

    /**
     * Fails unless the section has exactly the properties of the records below a package.
     *
     * @param section its title
     */
    public static void of(String section, String rootPackage) {
        var read = new TreeSet<String>();
        var scan = new ClassPathScanningCandidateComponentProvider(false);
        scan.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        for (var found : scan.findCandidateComponents(rootPackage)) {
            addPropertiesOf(String.valueOf(found.getBeanClassName()), read);
        }

        assertThat(read).isNotEmpty();
        assertThat(linesOf(section))
                .as("section '%s' of known-variables.txt and the properties that are read", section)
                .containsExactlyElementsOf(read);
        assertThat(lines()).containsAll(variables());
    }

    private static void addPropertiesOf(String type, Set<String> into) {
        try {
            var record = Class.forName(type);
            var prefix =
                    MergedAnnotations.from(record)
                            .get(ConfigurationProperties.class)
                            .getString("prefix");
            assertThat(record.isRecord()).as("%s is a record", type).isTrue();
            add(prefix, record, into);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void add(String prefix, Class<?> record, Set<String> into) {
        for (var component : record.getRecordComponents()) {
            var name =
                    prefix
                            + "."
                            + component
                                    .getName()
                                    .replaceAll("([A-Z])", "-$1")
                                    .toLowerCase(Locale.ROOT);
            var type = elementOf(component);
            // why only nested ones: others, such as quantities, are read from one text.
            if (type.isRecord() && (type.getEnclosingClass() != null || isNested(component))) {
                add(name, type, into);
            } else {
                into.add(name);
            }
        }
    }

    private static boolean isNested(RecordComponent component) {
        return component.getAccessor().isAnnotationPresent(NestedConfigurationProperty.class);
    }

    /** The type of the elements of a list, else the component's own. */
    private static Class<?> elementOf(RecordComponent component) {
        if (component.getGenericType() instanceof ParameterizedType list
                && list.getActualTypeArguments()[0] instanceof Class<?> element) {
            return element;
        }
        return component.getType();
    }

    private static List<String> linesOf(String section) {
        return lines().stream()
                .dropWhile(line -> !line.equals("# " + section))
                .skip(1)
                .takeWhile(line -> !line.startsWith("#"))
                .filter(line -> !line.isBlank())
                .toList();
    }

    private static List<String> lines() {
        return read(RESOURCE).lines().toList();
    }

    private static List<String> variables() {
        var settings = new ClassPathResource("application.yml");
        return settings.exists()
                ? VARIABLE.matcher(read(settings)).results().map(match -> match.group(1)).toList()
                : List.of();
    }

    private static String read(ClassPathResource resource) {
        try {
            return resource.getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
