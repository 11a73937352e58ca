package dev.kohakku.controller.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class TokenApiIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    TestingClient client;

    @BeforeEach
    void connect() {
        client = TestingClient.of(environment);
    }

    @Test
    void aMadeTokenOpensUntilItIsRevoked() {
        var made = client.post("/api/v1/tokens", "{\"name\":\"ci\"}");

        assertThat(made.status()).isEqualTo(201);
        var token = made.json().get("token").asString();
        assertThat(token).matches("khk_[A-Za-z0-9_-]{43}");
        var holder = client.showing("Authorization", "Bearer " + token);
        var task = holder.post("/api/v1/tasks", "{\"name\":\"n\",\"image\":\"b\"}");
        assertThat(task.status()).as(task.body()).isEqualTo(201);
        assertThat(
                        client.get("/api/v1/tasks/" + task.json().get("id").asString() + "/events")
                                .json()
                                .at("/items/0/actor")
                                .asString())
                .isEqualTo("token:ci");
        var path = "/api/v1/tokens/" + made.json().get("id").asString();
        assertThat(client.delete(path).status()).isEqualTo(204);
        assertThat(client.delete(path).status()).isEqualTo(204);
        assertThat(holder.get("/api/v1/tasks").status()).isEqualTo(401);
    }

    @Test
    void theTokenIsNeitherListedNorStored() {
        var token =
                client.post("/api/v1/tokens", "{\"name\":\"x\"}").json().get("token").asString();

        var list = client.get("/api/v1/tokens?limit=200");

        assertThat(list.json().at("/items/0/name").asString()).isEqualTo("x");
        assertThat(list.body()).doesNotContain(token);
        assertThat(
                        jdbc.sql(
                                        "select count(*) from api_tokens t where t::text like '%' || :token || '%'")
                                .param("token", token)
                                .query(Integer.class)
                                .single())
                .isZero();
    }

    @Test
    void anExpiredTokenOpensNothing() {
        var made =
                client.post(
                                "/api/v1/tokens",
                                "{\"name\":\"x\",\"expires_at\":\"2999-01-01T00:00:00Z\"}")
                        .json();
        var holder = client.showing("Authorization", "Token " + made.get("token").asString());
        assertThat(holder.get("/api/v1/tasks").status()).isEqualTo(200);

        jdbc.sql("update api_tokens set expires_at = now() where id = cast(:id as uuid)")
                .param("id", made.get("id").asString())
                .update();

        assertThat(holder.get("/api/v1/tasks").status()).isEqualTo(401);
    }

    @Test
    void wrongInputIsNamed() {
        var answer =
                client.post(
                        "/api/v1/tokens",
                        "{\"name\":\"bootstrap\",\"expires_at\":\"2001-01-01T00:00:00Z\",\"x\":1}");

        assertThat(answer.json().get("errors").findValuesAsString("field"))
                .containsExactlyInAnyOrder("name", "expires_at", "x");
        assertThat(client.delete("/api/v1/tokens/" + UUID.randomUUID()).problem())
                .isEqualTo("token-unknown");
        assertThat(client.delete("/api/v1/tokens/nonsense").status()).isEqualTo(400);
    }

    @Test
    void aChangedBootstrapTokenReplacesTheOneBefore() {
        bootstrap("another-bootstrap-token");

        assertThat(client.get("/api/v1/tasks").status()).isEqualTo(401);
        assertThat(
                        client.showing("Authorization", "Token another-bootstrap-token")
                                .get("/api/v1/tasks")
                                .status())
                .isEqualTo(200);

        bootstrap(ControllerTest.TOKEN);
        bootstrap(ControllerTest.TOKEN);
        assertThat(client.get("/api/v1/tasks").status()).isEqualTo(200);
    }

    private void bootstrap(String token) {
        new BootstrapToken(new AccessProperties(token, "key"), ControllerTest.SIGNING_KEY, jdbc)
                .run(new DefaultApplicationArguments());
    }
}
