package dev.kohakku.common.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.kohakku.common.architecture.samples.helper.ClockManager;
import io.lettuce.core.RedisURI;
import io.minio.MinioClient;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HouseRulesTest {

    private static final JavaClasses SAMPLES =
            new ClassFileImporter().importClasses(ClockManager.class);

    static Stream<ArchRule> rulesTheSampleBreaks() {
        return Stream.of(
                HouseRules.NAMES_SAY_WHAT_A_TYPE_IS,
                HouseRules.PACKAGES_ARE_PARTS_OF_THE_DOMAIN,
                HouseRules.TIME_COMES_FROM_THE_CLOCK,
                HouseRules.CHANCE_IS_SECURE_OR_A_LOOPS_JITTER,
                HouseRules.EVERY_PACKAGE_IS_NULL_MARKED);
    }

    @ParameterizedTest
    @MethodSource("rulesTheSampleBreaks")
    void aBrokenRuleIsNoticedAndSaysWhatToDoInstead(ArchRule rule) {
        var result = rule.evaluate(SAMPLES);

        assertThat(result.hasViolation()).isTrue();
        assertThat(result.getFailureReport().toString()).contains("instead");
    }

    @Test
    void eachReadingOfTheWallClockIsNamed() {
        var report = HouseRules.TIME_COMES_FROM_THE_CLOCK.evaluate(SAMPLES).getFailureReport();

        assertThat(report.getDetails())
                .hasSize(2)
                .anyMatch(detail -> detail.contains("byItself"))
                .anyMatch(detail -> detail.contains("inMilliseconds"));
    }

    @Test
    void anSdkOutsideItsHomeIsNoticed() {
        var users = new ClassFileImporter().importPackages("dev.kohakku.common.queue.redis");
        var stranger =
                new ClassFileImporter()
                        .importClasses(List.of(HouseRulesTest.class, Stranger.class));

        assertThat(HouseRules.REDIS_STAYS_IN_ITS_PACKAGE.evaluate(users).hasViolation()).isFalse();
        assertThat(HouseRules.REDIS_STAYS_IN_ITS_PACKAGE.evaluate(stranger).hasViolation())
                .isTrue();
        assertThat(
                        HouseRules.THE_OBJECT_STORE_STAYS_IN_ITS_PACKAGE
                                .evaluate(stranger)
                                .hasViolation())
                .isTrue();
    }

    /** Uses what it should not. */
    interface Stranger {

        RedisURI redis();

        MinioClient objects();
    }
}
