package dev.kohakku.common.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

@AnalyzeClasses(
        packages = "dev.kohakku.common",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest static final ArchTests HOUSE_RULES = ArchTests.in(HouseRules.class);

    @ArchTest
    static final ArchRule THE_VOCABULARY_IMPORTS_NOTHING =
            classes()
                    .that()
                    .resideInAPackage("dev.kohakku.common.task..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.kohakku.common.task..", "java..", "org.jspecify.annotations..")
                    .because(
                            "everything is built on these words: put what needs a library into the"
                                    + " package that uses it instead");

    @ArchTest
    static final ArchRule COMMON_IS_FIT_FOR_EVERY_SERVICE =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "java.sql..",
                            "javax.sql..",
                            "jakarta.servlet..",
                            "com.github.dockerjava..",
                            "io.fabric8..",
                            "software.amazon..",
                            "io.temporal..")
                    .because(
                            "a dispatcher has no database and a worker no engine: put it into the"
                                    + " service that needs it instead");

    @ArchTest
    static final ArchRule THE_LOOP_KNOWS_NOBODY =
            classes()
                    .that()
                    .resideInAPackage("dev.kohakku.common.loop..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.kohakku.common.loop..",
                            "java..",
                            "org.slf4j..",
                            "org.jspecify.annotations..")
                    .because("a loop is started by its owner: make it a bean there instead");

    @Test
    void everyPackageIsInTheTableOfTheDocumentAndTheReverse() {
        DocumentedPackages.under("Packages of `common`").areThoseBelow("dev.kohakku.common");
    }
}
