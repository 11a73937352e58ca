package dev.kohakku.workflow;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import dev.kohakku.common.architecture.HouseRules;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import java.util.random.RandomGenerator;

@AnalyzeClasses(
        packages = "dev.kohakku.workflow",
        importOptions = ImportOption.DoNotIncludeTests.class)
class WorkflowCodeTest {

    @ArchTest static final ArchTests HOUSE_RULES = ArchTests.in(HouseRules.class);

    @ArchTest
    static final ArchRule workflowsAreDeterministic =
            noClasses()
                    .that()
                    .haveSimpleNameEndingWith("WorkflowImpl")
                    .should()
                    .callMethod(Instant.class, "now")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(UUID.class, "randomUUID")
                    .orShould()
                    .dependOnClassesThat()
                    .belongToAnyOf(Clock.class, RandomGenerator.class, Thread.class)
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "java.io..",
                            "java.net..",
                            "java.nio..",
                            "java.util.concurrent..",
                            "org.springframework..")
                    .because(
                            "a workflow is replayed from its history: take time, randomness and"
                                    + " threads from io.temporal.workflow.Workflow, and put everything"
                                    + " else into an activity");

    @ArchTest
    static final ArchRule everyWorkflowHasAPackageOfItsOwn =
            classes()
                    .that()
                    .haveSimpleNameEndingWith("WorkflowImpl")
                    .should()
                    .resideOutsideOfPackages("..worker..", "..task..")
                    .because("workflows are found by their package, and share activities only");

    @ArchTest
    static final ArchRule onlyTheWorkerKnowsTheServer =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..worker..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.grpc..", "io.temporal.serviceclient..", "io.temporal.worker..")
                    .because("connecting is the business of dev.kohakku.workflow.worker");
}
