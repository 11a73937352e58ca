package dev.kohakku.dispatcher.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ImageSettingsTest {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withUserConfiguration(ImageConfiguration.class)
                    .withBean(Clock.class, Clock::systemUTC);

    @Test
    void theDefaultsWorkOnOneMachine() {
        runner.run(context ->
                assertThat(context.getBean(ImageSettings.class))
                        .isEqualTo(
                                new ImageSettings(
                                        PullPolicy.IF_NOT_PRESENT,
                                        4,
                                        Duration.ofMinutes(10),
                                        4,
                                        Duration.ofSeconds(1))));
    }

    @Test
    void everyKeyIsMapped() {
        runner.withPropertyValues(
                        "kohakku.images.pull-policy=Always",
                        "kohakku.images.max-concurrent-pulls=2",
                        "kohakku.images.pull-timeout=1m",
                        "kohakku.images.tries=1",
                        "kohakku.images.retry-pause=2s")
                .run(context ->
                        assertThat(context.getBean(ImageSettings.class))
                                .isEqualTo(
                                        new ImageSettings(
                                                PullPolicy.ALWAYS,
                                                2,
                                                Duration.ofMinutes(1),
                                                1,
                                                Duration.ofSeconds(2))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pull-policy=sometimes",
                "max-concurrent-pulls=0",
                "pull-timeout=0s",
                "tries=0",
                "retry-pause=-1s",
                "no-such-key=1"
            })
    void wrongSettingsStopTheStart(String setting) {
        runner.withPropertyValues("kohakku.images." + setting)
                .run(context -> assertThat(context).hasFailed());
    }
}
