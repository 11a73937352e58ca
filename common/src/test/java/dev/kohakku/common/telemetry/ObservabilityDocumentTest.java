package dev.kohakku.common.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Code, page, rules, dashboards and runbook speak of the same things. */
class ObservabilityDocumentTest {

    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = ROOT.resolve("docs/observability.md");
    private static final Path DEPLOY = ROOT.resolve("deploy/observability");
    private static final Pattern METRIC =
            Pattern.compile(
                    "\\b(?:kohakku|http|hikaricp|jvm|process|temporal)_[a-z0-9_]+|\\bkohakku:[a-z_0-9]+:[a-z_0-9]+");
    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");
    private static final Pattern RECORDED = Pattern.compile("- record: (\\S+)");

    @Test
    void everyMeterOfOursIsInTheTableUnderItsPrometheusName() {
        assertThat(metersOfOurs())
                .allSatisfy(meter ->
                        assertThat(
                                        DocumentedMetrics.all().stream()
                                                .flatMap(
                                                        each -> Stream.of(each.name(), each.base()))
                                                .toList())
                                .as(meter)
                                .contains(meter.replace('.', '_')));
    }

    @Test
    void everyStepAndAttributeOfATraceIsInTheTables() throws IOException {
        var page = Files.readString(PAGE);

        assertThat(Arrays.stream(Step.values()).map(Step::spanName))
                .allSatisfy(span -> assertThat(page).contains("| `" + span + "` |"));
        assertThat(constants(TraceAttributes.class))
                .filteredOn(name -> name.contains("."))
                .filteredOn(name ->
                        !Set.of("kohakku.dispatcher", "kohakku.failure_kind", "cicd.worker.id")
                                .contains(name))
                .allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
    }

    @Test
    void rulesAndDashboardsAskForWhatIsExposed() {
        var known = new TreeSet<String>();
        DocumentedMetrics.all().forEach(metric -> known.addAll(metric.series()));
        known.addAll(DocumentedMetrics.ofLibraries());
        known.addAll(found(RECORDED, rules()));

        var asked = new TreeSet<>(found(METRIC, rules()));
        asked.addAll(found(METRIC, dashboards()));

        assertThat(asked).hasSizeGreaterThan(30);
        assertThat(known).containsAll(asked);
    }

    @Test
    void everyMetricIsShownOrWatchedSomewhere() {
        var asked = new TreeSet<>(found(METRIC, rules()));
        asked.addAll(found(METRIC, dashboards()));

        assertThat(DocumentedMetrics.all())
                .allSatisfy(metric ->
                        assertThat(metric.series()).as(metric.name()).containsAnyElementsOf(asked));
    }

    @Test
    void everyAlertHasItsHeadingInTheRunbookAndTheReverse() throws IOException {
        var runbook = Files.readString(ROOT.resolve("docs/operations.md"));
        var headings = found(Pattern.compile("(?m)^### (Kohakku\\w+)$"), List.of(runbook));
        var rules = String.join("\n", rules());

        assertThat(found(ALERT, rules())).isEqualTo(headings).hasSizeGreaterThan(15);
        assertThat(headings)
                .allSatisfy(alert ->
                        assertThat(rules)
                                .contains(
                                        "runbook: docs/operations.md#"
                                                + alert.toLowerCase(java.util.Locale.ROOT)));
    }

    private static List<String> metersOfOurs() {
        return constants(Metrics.class).stream()
                .filter(name -> name.startsWith("kohakku."))
                .toList();
    }

    private static List<String> constants(Class<?> type) {
        return Arrays.stream(type.getDeclaredFields())
                .filter(field -> Modifier.isPublic(field.getModifiers()))
                .filter(field -> field.getType() == String.class)
                .map(ObservabilityDocumentTest::valueOf)
                .toList();
    }

    private static String valueOf(Field field) {
        try {
            return (String) field.get(null);
        } catch (IllegalAccessException hidden) {
            throw new IllegalStateException(hidden);
        }
    }

    private static Set<String> found(Pattern pattern, List<String> texts) {
        var found = new TreeSet<String>();
        for (var text : texts) {
            pattern.matcher(text)
                    .results()
                    .forEach(match -> found.add(match.group(match.groupCount())));
        }
        return found;
    }

    private static List<String> rules() {
        return texts(DEPLOY.resolve("rules"), ".yml");
    }

    private static List<String> dashboards() {
        return texts(DEPLOY.resolve("grafana/dashboards"), ".json");
    }

    private static List<String> texts(Path folder, String suffix) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .map(ObservabilityDocumentTest::text)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
