package dev.kohakku.controller.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
@ExtendWith(OutputCaptureExtension.class)
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
    void aChangedBootstrapTokenReplacesTheOneBeforeWhichStaysRevoked(CapturedOutput output) {
        var first = "bootstrap-" + UUID.randomUUID();
        var second = "bootstrap-" + UUID.randomUUID();
        try {
            bootstrap(first);
            bootstrap(first);
            assertThat(client.get("/api/v1/tasks").status()).isEqualTo(401);
            assertThat(showing(first).get("/api/v1/tasks").status()).isEqualTo(200);
            bootstrap(second);
            bootstrap(first);

            assertThat(showing(first).get("/api/v1/tasks").status()).isEqualTo(401);
            assertThat(showing(second).get("/api/v1/tasks").status()).isEqualTo(200);
            assertThat(output).contains("KOHAKKU_BOOTSTRAP_TOKEN has a value that was revoked");
        } finally {
            makeTheTestsTokenValidAgain();
        }
    }

    @Test
    void aBootstrapTokenThatWasRevokedByHandStaysSoAfterARestart() {
        var token = "bootstrap-" + UUID.randomUUID();
        try {
            bootstrap(token);
            var holder = showing(token);
            var id = holder.get("/api/v1/tokens").json().at("/items/0/id").asString();
            assertThat(holder.delete("/api/v1/tokens/" + id).status()).isEqualTo(204);

            bootstrap(token);

            assertThat(holder.get("/api/v1/tasks").status()).isEqualTo(401);
        } finally {
            makeTheTestsTokenValidAgain();
        }
    }

    private TestingClient showing(String token) {
        return client.showing("Authorization", "Token " + token);
    }

    private void makeTheTestsTokenValidAgain() {
        jdbc.sql("update api_tokens set revoked_at = null where sha256 = :sha256")
                .param("sha256", ApiTokens.sha256(ControllerTest.TOKEN))
                .update();
    }

    @Test
    void aTokenOpensWhatItsScopesSayAndNothingElse() {
        var reader = showing(made("[\"read\"]"));
        var submitter = showing(made("[\"submit\"]"));
        var operator = showing(made("[\"operate\"]"));
        var task = "{\"name\":\"n\",\"image\":\"b\"}";

        assertThat(reader.get("/api/v1/tasks").status()).isEqualTo(200);
        assertThat(reader.post("/api/v1/tasks", task).problem()).isEqualTo("forbidden");
        assertThat(submitter.post("/api/v1/tasks", task).status()).isEqualTo(201);
        assertThat(submitter.get("/api/v1/tasks").status()).isEqualTo(403);
        assertThat(operator.post("/api/v1/dispatchers/nobody/cordon", "{}").status())
                .isEqualTo(404);
        var refused = submitter.post("/api/v1/dispatchers/nobody/cordon", "{}");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().get("detail").asString())
                .isEqualTo("This asks for a token with the scope 'operate'; yours has submit.");
        assertThat(refused.header("www-authenticate"))
                .isEqualTo(
                        "Bearer realm=\"kohakku\", error=\"insufficient_scope\", scope=\"operate\"");
    }

    @Test
    void onlyAdministratorsSeeAndMakeTokensAndNobodyGivesAwayWhatIsNotTheirs() {
        var other = showing(made("[\"read\",\"submit\",\"operate\"]"));
        assertThat(other.get("/api/v1/tokens").status()).isEqualTo(403);
        assertThat(other.post("/api/v1/tokens", "{\"name\":\"x\"}").status()).isEqualTo(403);

        var admin = showing(made("[\"admin\"]"));
        var more = admin.post("/api/v1/tokens", "{\"name\":\"x\",\"scopes\":[\"operate\"]}");

        assertThat(more.status()).isEqualTo(400);
        assertThat(more.json().at("/errors/0/field").asString()).isEqualTo("scopes");
        assertThat(more.json().at("/errors/0/code").asString()).isEqualTo("not_granted");
        assertThat(admin.post("/api/v1/tokens", "{\"name\":\"x\",\"scopes\":[\"admin\"]}").status())
                .isEqualTo(201);
        assertThat(admin.post("/api/v1/tokens", "{\"name\":\"x\"}").status()).isEqualTo(400);
    }

    @Test
    void theListSaysScopesMakerAndLastUse() {
        var token = made("[\"read\"]");
        var before = client.get("/api/v1/tokens").json().at("/items/0");
        assertThat(before.get("scopes").toString()).isEqualTo("[\"read\"]");
        assertThat(before.get("created_by").asString()).isEqualTo("token:bootstrap");
        assertThat(before.get("last_used_at").isNull()).isTrue();

        showing(token).get("/api/v1/tasks");

        assertThat(client.get("/api/v1/tokens").json().at("/items/0/last_used_at").isNull())
                .isFalse();
    }

    @Test
    void aTokenOfAControllerThatKnowsNoScopesMayDoAllItCouldThere() {
        var token = made("[\"read\"]");
        jdbc.sql("update api_tokens set scopes = default where sha256 = :sha256")
                .param("sha256", ApiTokens.sha256(token))
                .update();

        assertThat(showing(token).get("/api/v1/tokens").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[\"all\"]", "[1]", "\"read\"", "[null]", "{}"})
    void wrongScopesAreNamed(String scopes) {
        var answer = client.post("/api/v1/tokens", "{\"name\":\"x\",\"scopes\":" + scopes + "}");

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.json().at("/errors/0/field").asString()).startsWith("scopes");
    }

    private String made(String scopes) {
        var made = client.post("/api/v1/tokens", "{\"name\":\"some\",\"scopes\":" + scopes + "}");
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        assertThat(made.json().get("scopes").toString()).isEqualTo(scopes);
        return made.json().get("token").asString();
    }

    private void bootstrap(String token) {
        new BootstrapToken(new AccessProperties(token, "key"), ControllerTest.SIGNING_KEY, jdbc)
                .run(new DefaultApplicationArguments());
    }
}
