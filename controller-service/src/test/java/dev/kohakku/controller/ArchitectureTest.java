package dev.kohakku.controller;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import dev.kohakku.common.architecture.DocumentedPackages;
import dev.kohakku.common.architecture.HouseRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.web.bind.annotation.RestController;

@AnalyzeClasses(
        packages = "dev.kohakku.controller",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final Pattern CHANGES_A_STATE =
            Pattern.compile(
                    "update\\s+tasks\\s+(\\w+\\s+)?set\\s((?!\\bwhere\\b)[^\"])*\\bstate\\s*=");

    @ArchTest static final ArchTests HOUSE_RULES = ArchTests.in(HouseRules.class);

    @ArchTest
    static final ArchRule REST_CLASSES_END_IN_API =
            classes()
                    .that()
                    .areAnnotatedWith(RestController.class)
                    .should()
                    .haveSimpleNameEndingWith("Api")
                    .as("Classes that answer requests are called …Api")
                    .because("a Controller is a service here: name it TaskApi, not TaskController");

    @ArchTest
    static final ArchRule REST_CLASSES_HOLD_NO_SQL =
            noClasses()
                    .that()
                    .areAnnotatedWith(RestController.class)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.springframework.jdbc..", "java.sql..", "javax.sql..")
                    .as("Classes that answer requests hold no SQL")
                    .because(
                            "a rule in SQL must hold for every caller: put it into a …Store instead");

    @Test
    void onlyTransitionsChangeTheStateOfATask() throws IOException {
        try (var sources = Files.walk(Path.of("src/main/java"))) {
            var others =
                    sources.filter(path -> path.toString().endsWith(".java"))
                            .filter(path -> CHANGES_A_STATE.matcher(text(path)).find())
                            .map(path -> path.getFileName().toString())
                            .toList();

            assertThat(others)
                    .as("a move outside of Transitions is in no timeline: use Transitions.apply")
                    .containsExactly("Transitions.java");
        }
    }

    private static String text(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyPackageIsInTheTableOfTheDocumentAndTheReverse() {
        DocumentedPackages.under("Packages of the Controller")
                .areThoseBelow("dev.kohakku.controller");
    }
}
