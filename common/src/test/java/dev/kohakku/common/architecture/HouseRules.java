package dev.kohakku.common.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.util.Date;

/**
 * The rules of structure that every module keeps. A module applies them with
 *
 * <pre>{@code
 * @AnalyzeClasses(packages = "dev.kohakku.x", importOptions = ImportOption.DoNotIncludeTests.class)
 * class ArchitectureTest {
 *     @ArchTest static final ArchTests HOUSE_RULES = ArchTests.in(HouseRules.class);
 * }
 * }</pre>
 */
public final class HouseRules {

    /** Names say what a thing is, not that it is a thing. */
    @ArchTest
    static final ArchRule NAMES_SAY_WHAT_A_TYPE_IS =
            noClasses()
                    .should()
                    .haveNameMatching(
                            ".*(Manager|Helper|Utils?|Data|Info|DTO|Dto|Processor|Base)(\\$.*)?")
                    .as(
                            "No type is called Manager, Helper, Util, Data, Info, DTO, Processor or Base")
                    .because(
                            "such a name fits everything: name the type after its role (Enqueuer),"
                                    + " its aggregate (Tasks) or what it uses (RedisStreamQueue)"
                                    + " instead")
                    .allowEmptyShould(true);

    /** Temporal's workflow implementations are the exception. */
    @ArchTest
    static final ArchRule IMPLEMENTATIONS_ARE_NAMED_BY_WHAT_THEY_USE =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.kohakku.workflow..")
                    .should()
                    .haveNameMatching(".*Impl(\\$.*)?")
                    .as("No type is called Impl")
                    .because(
                            "it says nothing: name the implementation by what it uses"
                                    + " (MinioBlobStore) instead")
                    .allowEmptyShould(true);

    /** Packages are parts of the domain. */
    @ArchTest
    static final ArchRule PACKAGES_ARE_PARTS_OF_THE_DOMAIN =
            noClasses()
                    .should()
                    .resideInAnyPackage(
                            "..util..",
                            "..utils..",
                            "..helper..",
                            "..helpers..",
                            "..model..",
                            "..dto..",
                            "..service..",
                            "..services..",
                            "..impl..",
                            "..config..")
                    .as("No package is called util, helper, model, dto, service, impl or config")
                    .because(
                            "packages are parts of the domain: put the type beside its user instead")
                    .allowEmptyShould(true);

    @ArchTest
    static final ArchRule REDIS_STAYS_IN_ITS_PACKAGE =
            only(
                    "dev.kohakku.common.queue.redis",
                    "use TaskQueue, LiveLog or StateRedis instead",
                    "io.lettuce..",
                    "org.springframework.data.redis..");

    @ArchTest
    static final ArchRule THE_OBJECT_STORE_STAYS_IN_ITS_PACKAGE =
            only(
                    "dev.kohakku.common.blob.minio",
                    "use BlobStore instead",
                    "io.minio..",
                    "okhttp3..");

    @ArchTest
    static final ArchRule DOCKER_STAYS_IN_ITS_PACKAGE =
            only(
                    "dev.kohakku.dispatcher.backend.docker",
                    "use ContainerBackend instead",
                    "com.github.dockerjava..");

    @ArchTest
    static final ArchRule KUBERNETES_STAYS_IN_ITS_PACKAGE =
            only(
                    "dev.kohakku.dispatcher.backend.kubernetes",
                    "use ContainerBackend instead",
                    "io.fabric8..");

    @ArchTest
    static final ArchRule AWS_STAYS_IN_ITS_PACKAGE =
            only(
                    "dev.kohakku.dispatcher.backend.ecs",
                    "use ContainerBackend instead",
                    "software.amazon..");

    @ArchTest
    static final ArchRule TEMPORAL_STAYS_IN_ITS_PACKAGES =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "dev.kohakku.workflow..", "dev.kohakku.controller.workflow..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.temporal..")
                    .as("Only the workflow packages know Temporal")
                    .because(
                            "a workflow reaches the rest of the suite over its API: call the"
                                    + " Controller's workflow package instead")
                    .allowEmptyShould(true);

    /** The libraries that brought Jackson 2 along may be spoken to in it. */
    @ArchTest
    static final ArchRule OUR_JSON_IS_JACKSON_3 =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "dev.kohakku.workflow..",
                            "dev.kohakku.controller.workflow..",
                            "dev.kohakku.dispatcher.backend.docker..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "com.fasterxml.jackson.databind..", "com.fasterxml.jackson.core..")
                    .as("JSON is read and written by Jackson 3")
                    .because("two Jacksons disagree about dates: use WireJson instead")
                    .allowEmptyShould(true);

    @ArchTest
    static final ArchRule TIME_COMES_FROM_THE_CLOCK =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.kohakku.common.loop..")
                    .should()
                    .callMethodWhere(readsTheWallClock())
                    .orShould()
                    .callConstructorWhere(makesADate())
                    .as("Nobody reads the wall clock by himself")
                    .because(
                            "a test must be able to set the time: inject a java.time.Clock and call"
                                    + " clock.instant() instead; measure spans with"
                                    + " System.nanoTime()")
                    .allowEmptyShould(true);

    @ArchTest
    static final ArchRule CHANCE_IS_SECURE_OR_A_LOOPS_JITTER =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.kohakku.common.loop..")
                    .should()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.util.Random")
                    .orShould()
                    .callMethod(Math.class, "random")
                    .as("No predictable chance")
                    .because(
                            "tokens made of it can be guessed: use SecureRandom for secrets and an"
                                    + " injected RandomGenerator for jitter instead")
                    .allowEmptyShould(true);

    @ArchTest
    static final ArchRule BACKGROUND_WORK_IS_A_LOOP =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .haveNameMatching(
                            "org\\.springframework\\.scheduling\\.annotation\\..*|java\\.util\\.Timer|java\\.util\\.concurrent\\.ScheduledExecutorService")
                    .as("Background work has one shape")
                    .because(
                            "a schedule that dies of an exception is found by nobody: use"
                                    + " BackgroundLoop instead")
                    .allowEmptyShould(true);

    @ArchTest
    static final ArchRule CODE_BLOCKS =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "reactor..",
                            "org.reactivestreams..",
                            "io.reactivex..",
                            "io.netty..",
                            "lombok..")
                    .as("No reactive types, no Lombok")
                    .because(
                            "virtual threads make blocking cheap: write blocking code and records instead")
                    .allowEmptyShould(true);

    @ArchTest
    static final ArchRule EVERY_PACKAGE_IS_NULL_MARKED =
            classes()
                    .should(new BeNullMarked())
                    .as("Every package is @NullMarked")
                    .because(
                            "NullAway only looks there: add a package-info.java with @NullMarked and"
                                    + " a sentence instead of leaving it out")
                    .allowEmptyShould(true);

    private HouseRules() {}

    private static ArchRule only(String home, String instead, String... packages) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(home + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .as("Only " + home + " knows " + String.join(", ", packages))
                .because("an SDK has one home: " + instead)
                .allowEmptyShould(true);
    }

    private static DescribedPredicate<JavaCall<?>> readsTheWallClock() {
        // why the parameters: now(clock) is what everybody should call.
        return DescribedPredicate.describe(
                "reads the wall clock",
                call ->
                        isNow(call)
                                || (call.getTargetOwner().isEquivalentTo(System.class)
                                        && call.getName().equals("currentTimeMillis")));
    }

    private static boolean isNow(JavaCall<?> call) {
        return call.getTargetOwner().getPackageName().equals("java.time")
                && call.getName().equals("now")
                && call.getTarget().getRawParameterTypes().stream()
                        .noneMatch(type -> type.isEquivalentTo(Clock.class));
    }

    private static DescribedPredicate<JavaCall<?>> makesADate() {
        return DescribedPredicate.describe(
                "makes a java.util.Date of now",
                call ->
                        call.getTargetOwner().isEquivalentTo(Date.class)
                                && call.getTarget().getRawParameterTypes().isEmpty());
    }
}
