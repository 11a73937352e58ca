package dev.kohakku.controller.testing;

import dev.kohakku.standalone.engine.EmbeddedPostgres;
import dev.kohakku.standalone.engine.TestEngines;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/**
 * Points a context at the embedded engines by the environment names users know. With {@code
 * KOHAKKU_TEST_POSTGRES=pgbouncer} in the environment everything goes through the machine's
 * PgBouncer.
 */
class TestingEngines implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        var sources = context.getEnvironment().getPropertySources();
        // why before the environment only: what a test sets itself wins.
        sources.addBefore(
                "systemEnvironment", new MapPropertySource("embedded-engines", properties()));
    }

    private static Map<String, Object> properties() {
        var postgres = TestEngines.postgres();
        var objects = TestEngines.objectStore();
        var properties = new HashMap<String, Object>();
        properties.put("POSTGRES_HOST", postgres.host());
        properties.put("POSTGRES_PORT", portOf(postgres));
        properties.put("POSTGRES_DB", TestEngines.newDatabase());
        properties.put("POSTGRES_USER", postgres.user());
        properties.put("POSTGRES_PASSWORD", postgres.password());
        properties.put("REDIS_URL", TestEngines.redis().url());
        properties.put("QUEUE_STREAM_NAME", "kohakku:test:" + UUID.randomUUID());
        properties.put("MINIO_ENDPOINT", objects.endpoint());
        properties.put("MINIO_ACCESS_KEY", objects.accessKey());
        properties.put("MINIO_SECRET_KEY", objects.secretKey());
        properties.put("MINIO_BUCKET", objects.bucket());
        properties.put("TEMPORAL_ADDRESS", "localhost:1");
        properties.put("KOHAKKU_BOOTSTRAP_TOKEN", ControllerTest.TOKEN);
        properties.put("DISPATCHER_API_KEY", ControllerTest.DISPATCHER_KEY);
        properties.put("CALLBACK_SIGNING_KEY", ControllerTest.SIGNING_KEY);
        properties.put("SECRETS_KEY", "c2VhbHMtc2VjcmV0cy1pbi10ZXN0cy0zMi1ieXRlcyE=");
        properties.put("KOHAKKU_INSTALLATION", "test-" + UUID.randomUUID());
        properties.put("KOHAKKU_ROLES", "api");
        return properties;
    }

    private static int portOf(EmbeddedPostgres postgres) {
        return "pgbouncer".equals(System.getenv("KOHAKKU_TEST_POSTGRES"))
                ? TestEngines.pgbouncer().port()
                : postgres.port();
    }
}
