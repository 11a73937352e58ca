package dev.kohakku.dispatcher.backend.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kohakku.dispatcher.backend.BackendException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;

/** An Error in a thread that works for others fails those who wait, and nobody after them. */
@Timeout(60)
class EcsErrorsTest {

    private static final String ARN = TestingCluster.ARN.replace(":cluster", ":task") + "/1";

    private final TestingEcs ecs = new TestingEcs(EcsUnderTest.QUICK);
    private final EcsSettings settings =
            EcsUnderTest.settings(ecs.endpoint(), "", EcsUnderTest.QUICK);
    private final AtomicInteger errorsLeft = new AtomicInteger(1);
    private final EcsApi api = new EcsApi(settings, new AwsClients(settings, this::credentials));

    @AfterEach
    void close() {
        api.close();
        ecs.close();
    }

    /** Every call asks for them. */
    private AwsCredentials credentials() {
        failAtFirst();
        return AwsBasicCredentials.create("id", "secret");
    }

    private void failAtFirst() {
        if (errorsLeft.getAndDecrement() > 0) {
            throw new NoClassDefFoundError("a class");
        }
    }

    @Test
    void aSharedRoundThatFailsSoIsFollowedByAnother() throws InterruptedException {
        var shared =
                new Shared<>(() -> {
                    failAtFirst();
                    return "answer";
                });
        assertThatThrownBy(shared::next)
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("NoClassDefFoundError");
        assertThat(shared.next()).isEqualTo("answer");
    }

    @Test
    void aLookThatFailsSoIsFollowedByAnother() throws InterruptedException {
        var poller = new TaskPoller(api, settings);
        assertThatThrownBy(() -> poller.look(ARN)).hasMessageContaining("NoClassDefFoundError");
        assertThat(poller.look(ARN)).isEmpty();
    }

    @Test
    void aTagThatFailsSoIsFollowedByOthers() {
        var tombstones = new Tombstones(api);
        tombstones.add(ARN);
        await().until(() -> errorsLeft.get() == 0);
        tombstones.add(ARN + "2");
        await().until(() -> ecs.calls("TagResource") == 1);
    }
}
