package dev.kohakku.standalone.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import org.junit.jupiter.api.Test;

class EmbeddedTemporalTest {

    @Test
    void aClientFindsTheDefaultNamespace() {
        var options =
                WorkflowServiceStubsOptions.newBuilder()
                        .setTarget(TestEngines.temporal().address())
                        .build();
        var stubs = WorkflowServiceStubs.newServiceStubs(options);
        try {
            var answer =
                    stubs.blockingStub()
                            .describeNamespace(
                                    DescribeNamespaceRequest.newBuilder()
                                            .setNamespace("default")
                                            .build());

            assertThat(answer.getNamespaceInfo().getName()).isEqualTo("default");
        } finally {
            stubs.shutdownNow();
        }
    }

    @Test
    void aPortInUseIsSaidWithItsNumber() {
        int used = TestEngines.temporal().port();

        assertThatThrownBy(() -> EmbeddedTemporal.start(used))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("port " + used);
    }
}
