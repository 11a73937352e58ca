package dev.kohakku.common.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

    @ParameterizedTest
    @CsvSource({
        "64Mi, 67108864, 64Mi",
        "1.5Gi, 1610612736, 1536Mi",
        "2Gi, 2147483648, 2Gi",
        "500M, 500000000, 500000000",
        "134217728, 134217728, 128Mi",
        "8000k, 8000000, 8000000",
        "6291456, 6291456, 6Mi",
        "1Pi, 1125899906842624, 1048576Gi",
        "0.5T, 500000000000, 500000000000"
    })
    void memoryIsReadAsKubernetesReadsIt(String text, long bytes, String shown) {
        var memory = MemoryQuantity.parse(text);

        assertThat(memory.bytes()).isEqualTo(bytes);
        assertThat(memory).hasToString(shown);
        assertThat(MemoryQuantity.parse(shown)).isEqualTo(memory);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2Gb", "2GB", "1K", "1ki", "Mi", "", " 64Mi", "64 Mi", "-64Mi", "+64Mi", "1e9",
                "0x10", "1,5Gi", "1.Gi", ".5Gi", "64MiB", "６４Mi"
            })
    void whatIsNoMemoryQuantityIsRefusedWithAnExample(String text) {
        assertThatThrownBy(() -> MemoryQuantity.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "' is not a memory quantity")
                .hasMessageContaining("Mi");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "5Mi", "2Pi", "9E", "999999999999999999Ei"})
    void memoryOutOfRangeIsRefusedWithTheRange(String text) {
        assertThatThrownBy(() -> MemoryQuantity.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("from 6Mi to 1Pi");
    }

    @ParameterizedTest
    @CsvSource({
        "2, 2000000000, 2",
        "0.5, 500000000, 500m",
        "250m, 250000000, 250m",
        "1000m, 1000000000, 1",
        "0.001, 1000000, 1m",
        "1.5, 1500000000, 1500m",
        "4096, 4096000000000, 4096"
    })
    void cpuIsReadAsKubernetesReadsIt(String text, long nanos, String shown) {
        var cpu = CpuQuantity.parse(text);

        assertThat(cpu.nanos()).isEqualTo(nanos);
        assertThat(cpu).hasToString(shown);
        assertThat(CpuQuantity.parse(shown)).isEqualTo(cpu);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "two", "1 ", "1cpu", "250M", "1e3", "1.", ".5", "0,5", "NaN"})
    void whatIsNoCpuQuantityIsRefusedWithAnExample(String text) {
        assertThatThrownBy(() -> CpuQuantity.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "' is not a CPU quantity")
                .hasMessageContaining("250m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.0", "0m", "4097", "999999999"})
    void cpuOutOfRangeIsRefusedWithTheRange(String text) {
        assertThatThrownBy(() -> CpuQuantity.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("from 1m to 4096");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0001", "0.5m", "1.0005"})
    void cpuFinerThanAThousandthIsRefused(String text) {
        assertThatThrownBy(() -> CpuQuantity.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1m");
    }
}
