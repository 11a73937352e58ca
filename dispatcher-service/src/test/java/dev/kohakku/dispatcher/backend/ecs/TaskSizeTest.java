package dev.kohakku.dispatcher.backend.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kohakku.common.task.CpuQuantity;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.MemoryQuantity;
import dev.kohakku.common.task.Resources;
import dev.kohakku.dispatcher.backend.BackendException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskSizeTest {

    private static EcsSettings.Placement placement(EcsSettings.LaunchType launchType) {
        return new EcsSettings.Placement(
                launchType, List.of(), "", EcsSettings.Architecture.X86_64, "250m", "512Mi");
    }

    private static Resources resources(String cpu, String memory) {
        return new Resources(
                cpu == null ? null : CpuQuantity.parse(cpu),
                memory == null ? null : MemoryQuantity.parse(memory));
    }

    @ParameterizedTest
    @CsvSource({
        ",, 256, 512",
        "100m, 100Mi, 256, 512",
        "250m, 513Mi, 256, 1024",
        "250m, 2Gi, 256, 2048",
        "250m, 3Gi, 512, 3072",
        "300m, 1000Mi, 512, 1024",
        "1, 1Gi, 1024, 2048",
        "1, 8Gi, 1024, 8192",
        "1, 9Gi, 2048, 9216",
        "3, 1Gi, 4096, 8192",
        "8, 17Gi, 8192, 20480",
        "16, 120Gi, 16384, 122880",
        ", 100Gi, 16384, 106496",
    })
    void onFargateItIsTheSmallestOfferThatGivesEnough(
            String cpu, String memory, int units, int mebibytes) {
        assertThat(TaskSize.of(resources(cpu, memory), placement(EcsSettings.LaunchType.FARGATE)))
                .isEqualTo(new TaskSize(units, mebibytes));
    }

    @ParameterizedTest
    @CsvSource({"17, 1Gi", "1, 121Gi", "1, 1Pi", "4096, 6Mi"})
    void whatFargateDoesNotHaveIsRefused(String cpu, String memory) {
        var refused =
                catchThrowableOfType(
                        BackendException.class,
                        () ->
                                TaskSize.of(
                                        resources(cpu, memory),
                                        placement(EcsSettings.LaunchType.FARGATE)));
        assertThat(refused.kind()).isEqualTo(FailureKind.START_REFUSED);
        assertThat(refused).hasMessageContaining("resources").hasMessageContaining(cpu);
    }

    @Test
    void onInstancesItIsWhatWasAskedFor() {
        assertThat(TaskSize.of(resources("300m", "1000Mi"), placement(EcsSettings.LaunchType.EC2)))
                .isEqualTo(new TaskSize(308, 1_000));
    }

    @Test
    void itSaysWhetherItGivesMoreThanWasAskedFor() {
        var size = new TaskSize(512, 1_024);
        assertThat(size.isMoreThan(resources("500m", "1Gi"))).isFalse();
        assertThat(size.isMoreThan(resources("300m", "1Gi"))).isTrue();
        assertThat(size.isMoreThan(resources("500m", "1000Mi"))).isTrue();
        assertThat(size.isMoreThan(Resources.UNLIMITED)).isFalse();
        assertThat(size).hasToString("500m CPU and 1Gi");
    }
}
