package dev.kohakku.common.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.RuntimeType;
import org.junit.jupiter.api.Test;

class PoolStreamsTest {

    @Test
    void eachTypeHasAStreamInTheSlotOfThePool() {
        var queue = PoolStreams.anyOf("kohakku:tasks:pool:gpu");

        assertThat(queue).isEqualTo("{kohakku:tasks:pool:gpu}:any");
        assertThat(PoolStreams.ofType(queue, RuntimeType.K8S))
                .isEqualTo("{kohakku:tasks:pool:gpu}:k8s");
        assertThat(PoolStreams.legacyOf(queue)).isEqualTo("kohakku:tasks:pool:gpu");
    }

    @Test
    void aQueueOfAnEarlierVersionIsForAllTypes() {
        assertThat(PoolStreams.isByType("kohakku:tasks")).isFalse();
        assertThat(PoolStreams.isByType("{kohakku}:tasks")).isFalse();
        assertThat(PoolStreams.ofType("kohakku:tasks", RuntimeType.ECS)).isEqualTo("kohakku:tasks");
    }
}
