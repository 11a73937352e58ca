package dev.kohakku.dispatcher.backend.ecs;

import static dev.kohakku.dispatcher.backend.StartPermits.YES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.dispatcher.backend.ContainerSpecs;
import dev.kohakku.dispatcher.backend.StartProgress;
import dev.kohakku.dispatcher.backend.ecs.TestingEcs.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two dispatchers that register the same family at the same moment. */
@Timeout(60)
class TaskDefinitionsTest {

    private static final String TOO_MANY =
            "Too many concurrent attempts to create a new revision of the specified family.";

    private final EcsUnderTest under = EcsUnderTest.quick();
    private final TestingEcs ecs = under.ecs();
    private final EcsBackend backend = under.backend("blue");

    @AfterEach
    void close() {
        backend.close();
        ecs.close();
    }

    private void start() throws InterruptedException {
        backend.start(
                ContainerSpecs.spec().image(under.image()).runs(under.sleeps()).build(),
                YES,
                StartProgress.NONE);
    }

    @Test
    void whatAnotherRegistersAtTheSameMomentIsTaken() throws InterruptedException {
        var takenByTheOther = Fault.error(400, "ClientException", TOO_MANY).thoughDone();
        ecs.fail("RegisterTaskDefinition", takenByTheOther);
        start();
        assertThat(ecs.calls("RegisterTaskDefinition")).isEqualTo(1);
        assertThat(ecs.cluster().registrations()).isEqualTo(1);
        assertThat(ecs.cluster().tasks()).hasSize(1);
    }

    @Test
    void whereTheOtherRegisteredNothingAfterAllItIsTriedAgain() throws InterruptedException {
        ecs.fail("RegisterTaskDefinition", Fault.error(400, "ClientException", TOO_MANY));
        start();
        assertThat(ecs.calls("RegisterTaskDefinition")).isEqualTo(2);
        assertThat(ecs.cluster().tasks()).hasSize(1);
    }
}
