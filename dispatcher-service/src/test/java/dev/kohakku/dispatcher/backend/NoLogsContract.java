package dev.kohakku.dispatcher.backend;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.dispatcher.backend.ContainerLogsContract.Lines;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a backend promises that keeps no output, in the place of {@link ContainerLogsContract}. */
@Timeout(60)
public abstract class NoLogsContract {

    private final BackendUnderTest under;
    private ServedBackend backend;

    protected NoLogsContract(BackendUnderTest under) {
        this.under = under;
    }

    @BeforeEach
    void open() {
        backend = under.open("test-" + UUID.randomUUID().toString().substring(0, 8));
    }

    @AfterEach
    void removeAll() throws InterruptedException {
        for (var handle : backend.containers().list()) {
            backend.containers().destroy(handle);
        }
    }

    @Test
    void theCapabilitySaysSo() {
        assertThat(backend.containers().capabilities().logs()).isFalse();
    }

    @Test
    void aReadingIsRefusedWithAReasonAndLeavesTheContainer() throws InterruptedException {
        var spec = ContainerSpecs.spec().image(under.image()).runs(under.printsSlowly()).build();
        var handle = backend.containers().start(spec, YES, StartProgress.NONE);
        assertThatThrownBy(() -> backend.logs().read(handle, new Lines()))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("logs");
        assertThat(backend.containers().awaitExit(handle))
                .isInstanceOf(ContainerStatus.Exited.class);
        assertThatThrownBy(() -> backend.logs().read(handle, new Lines()))
                .isInstanceOf(BackendException.class);
    }
}
