package dev.kohakku.e2e.race;

import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.dispatcher.DispatcherApplication;
import dev.kohakku.dispatcher.backend.ServedBackend;
import dev.kohakku.dispatcher.backend.mock.RemoteMockBackend;
import java.net.URI;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A dispatcher in every respect but one: as its {@code ecs} target it serves the mock engine of the
 * test's JVM, which lives on when this process is killed.
 */
public final class MockDispatcher {

    static final String ENGINE = "MOCK_ENGINE_URL";

    private MockDispatcher() {}

    public static void main(String[] args) {
        System.setProperty("jdk.httpclient.keepalive.timeout", "15");
        var application = new SpringApplication(DispatcherApplication.class, MockEngine.class);
        application.setDefaultProperties(Map.of("kohakku.host-name", "mock"));
        application.run(args);
    }

    @Configuration(proxyBeanMethods = false)
    static class MockEngine {

        @Bean
        ServedBackend remoteMock(@Value("${" + ENGINE + "}") URI engine) {
            return new RemoteMockBackend(engine, RuntimeType.ECS).served();
        }
    }
}
