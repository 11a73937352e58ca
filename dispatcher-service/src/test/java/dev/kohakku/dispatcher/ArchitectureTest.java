package dev.kohakku.dispatcher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import dev.kohakku.common.architecture.DocumentedPackages;
import dev.kohakku.common.architecture.HouseRules;
import org.junit.jupiter.api.Test;

@AnalyzeClasses(
        packages = "dev.kohakku.dispatcher",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest static final ArchTests HOUSE_RULES = ArchTests.in(HouseRules.class);

    @ArchTest
    static final ArchRule A_DISPATCHER_HAS_NO_DATABASE =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("java.sql..", "javax.sql..")
                    .because("the Controller is Postgres' only writer: report to it instead");

    @ArchTest
    static final ArchRule ONLY_REPORTS_SPEAK_TO_THE_CONTROLLER =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "dev.kohakku.dispatcher.report..", "dev.kohakku.dispatcher.attempt")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.springframework.web.client..", "java.net.http..")
                    .because(
                            "what is said to the Controller is retried, fenced and signed in one"
                                    + " place: use Reports, Claims, Inventories or Registration instead");

    @ArchTest
    static final ArchRule NOBODY_ABOVE_KNOWS_WHICH_BACKEND_IT_TALKS_TO =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.kohakku.dispatcher.backend..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.kohakku.dispatcher.backend.docker..",
                            "dev.kohakku.dispatcher.backend.ecs..",
                            "dev.kohakku.dispatcher.backend.kubernetes..",
                            "dev.kohakku.dispatcher.backend.process..")
                    .because("everything above a backend is written once: use ContainerBackend");

    @Test
    void everyPackageIsInTheTableOfTheDocumentAndTheReverse() {
        var table = DocumentedPackages.under("Packages of the Dispatcher");

        table.areThoseBelow("dev.kohakku.dispatcher");
        table.nameThoseBelow("dev.kohakku.dispatcher.backend");
    }
}
