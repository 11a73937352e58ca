package dev.kohakku.dispatcher.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.wire.DispatchMode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class QueueSettingsTest {

    private static final QueueSettings DEFAULTS =
            new QueueSettings(
                    "redis-stream",
                    "kohakku:tasks",
                    "dispatchers",
                    10,
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(10));

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(Enabled.class);

    @EnableConfigurationProperties(QueueSettings.class)
    private static final class Enabled {}

    @Test
    void theDefaultsWorkOnOneMachine() {
        runner.run(context -> assertThat(context.getBean(QueueSettings.class)).isEqualTo(DEFAULTS));
    }

    @Test
    void everyKeyIsMapped() {
        runner.withPropertyValues(
                        "kohakku.queue.source=internal",
                        "kohakku.queue.stream=s",
                        "kohakku.queue.group=g",
                        "kohakku.queue.consumers=3",
                        "kohakku.queue.take-over-after=1s",
                        "kohakku.queue.list-lease=5s")
                .run(context ->
                        assertThat(context.getBean(QueueSettings.class))
                                .isEqualTo(
                                        new QueueSettings(
                                                "internal",
                                                "s",
                                                "g",
                                                3,
                                                Duration.ofSeconds(1),
                                                Duration.ofSeconds(5))));
    }

    @ParameterizedTest
    @CsvSource({
        "source=kafka, QUEUE_SOURCE",
        "stream=' ', QUEUE_STREAM_NAME",
        "group=' ', QUEUE_CONSUMER_GROUP",
        "consumers=0, NUM_CONSUMERS",
        "take-over-after=0s, take-over-after",
        "list-lease=2s, list-lease",
        "no-such-key=1, no-such-key"
    })
    void wrongSettingsStopTheStartAndTheirKeyIsNamed(String setting, String named) {
        runner.withPropertyValues("kohakku.queue." + setting.replace("'", ""))
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining(named));
    }

    @Test
    void aPoolOtherThanTheDefaultHasAStreamOfItsOwn() {
        assertThat(DEFAULTS.mode()).isEqualTo(DispatchMode.BUS);
        assertThat(DEFAULTS.name("d-1", "default")).isEqualTo("{kohakku:tasks}:any");
        assertThat(DEFAULTS.name("d-1", "gpu")).isEqualTo("{kohakku:tasks:pool:gpu}:any");
    }

    @Test
    void anInternalQueueIsTheDispatchersOwnWhateverItsPool() {
        var internal =
                new QueueSettings(
                        "internal",
                        DEFAULTS.stream(),
                        DEFAULTS.group(),
                        1,
                        DEFAULTS.takeOverAfter(),
                        DEFAULTS.listLease());

        assertThat(internal.mode()).isEqualTo(DispatchMode.HTTP);
        assertThat(internal.name("d-1", "gpu")).isEqualTo("kohakku:tasks:list:d-1");
    }
}
