package dev.kohakku.dispatcher.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class DispatcherSettingsTest {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(Enabled.class);

    @EnableConfigurationProperties(DispatcherSettings.class)
    private static final class Enabled {}

    @Test
    void theDefaultsWorkOnOneMachine() {
        runner.run(context ->
                assertThat(context.getBean(DispatcherSettings.class))
                        .isEqualTo(
                                new DispatcherSettings(
                                        null,
                                        null,
                                        null,
                                        "default",
                                        "",
                                        "insecure-dispatcher-key",
                                        "insecure-signing-key")));
    }

    @Test
    void everyKeyIsMapped() {
        runner.withPropertyValues(
                        "kohakku.dispatcher.id=d-1",
                        "kohakku.dispatcher.url=http://d:1",
                        "kohakku.dispatcher.agent-url=http://any:2/",
                        "kohakku.dispatcher.pool=gpu",
                        "kohakku.dispatcher.labels=zone=a, kohakku.dev/disk=",
                        "kohakku.dispatcher.api-key=k",
                        "kohakku.dispatcher.signing-key=s")
                .run(context -> {
                    var settings = context.getBean(DispatcherSettings.class);
                    assertThat(settings)
                            .isEqualTo(
                                    new DispatcherSettings(
                                            "d-1",
                                            "http://d:1",
                                            "http://any:2/",
                                            "gpu",
                                            "zone=a, kohakku.dev/disk=",
                                            "k",
                                            "s"));
                    assertThat(settings.labelsByName())
                            .isEqualTo(Map.of("zone", "a", "kohakku.dev/disk", ""));
                });
    }

    @Test
    void containersAreToldTheAddressThatIsMeantForThem() {
        runner.withPropertyValues("kohakku.dispatcher.agent-url=http://any:2/")
                .run(context ->
                        assertThat(agentUrl(context.getBean(DispatcherSettings.class)))
                                .isEqualTo("http://any:2"));
        runner.run(context ->
                assertThat(agentUrl(context.getBean(DispatcherSettings.class)))
                        .isEqualTo("http://d:1"));
    }

    private static String agentUrl(DispatcherSettings settings) {
        var identity = new DispatcherIdentity("d-1", "instance", URI.create("http://d:1"));
        return settings.agentUrl(identity).toString();
    }

    @ParameterizedTest
    @CsvSource({
        "id=a b, DISPATCHER_ID",
        "url=ftp://d, DISPATCHER_URL",
        "agent-url=d:8080, DISPATCHER_AGENT_URL",
        "pool=a:b, DISPATCHER_POOL",
        "labels=zone, DISPATCHER_LABELS",
        "'labels=a=1,a=2', DISPATCHER_LABELS",
        "'labels=a=1,', DISPATCHER_LABELS",
        "api-key=, DISPATCHER_API_KEY",
        "signing-key=, CALLBACK_SIGNING_KEY",
        "no-such-key=1, no-such-key"
    })
    void wrongSettingsStopTheStartAndTheirKeyIsNamed(String setting, String named) {
        runner.withPropertyValues("kohakku.dispatcher." + setting)
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining(named));
    }
}
