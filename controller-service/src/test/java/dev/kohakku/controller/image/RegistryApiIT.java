package dev.kohakku.controller.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.RegistryLogin;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import dev.kohakku.controller.testing.TestingDispatcher;
import dev.kohakku.controller.testing.TestingTasks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class RegistryApiIT {

    private static final String PATH = "/api/v1/image-registries";
    private static final String LOGIN = "{\"username\":\"bob\",\"password\":\"open-sesame\"}";

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    TestingClient client;
    TestingTasks tasks;
    TestingDispatcher dispatcher;

    @BeforeEach
    void clear() {
        client = TestingClient.of(environment);
        tasks = new TestingTasks(environment, jdbc);
        tasks.clear();
        jdbc.sql("delete from image_registries").update();
        dispatcher = TestingDispatcher.of(environment).checkedIn();
    }

    private AttemptId submitted(String image) {
        var attempt = tasks.submitQueued();
        jdbc.sql(
                        "update tasks set spec = jsonb_set(spec, '{image}', to_jsonb(cast(:image as text))) where id = :id")
                .param("image", image)
                .param("id", attempt.task().value())
                .update();
        return attempt;
    }

    @Test
    void aLoginGoesToWhoClaimsAnAttemptOfItsRegistryAndToNobodyElse() {
        assertThat(client.put(PATH + "/reg.io:5000", LOGIN).status()).isEqualTo(200);
        var attempt = submitted("reg.io:5000/team/tool:1");
        var other = submitted("reg.io/team/tool:1");

        assertThat(dispatcher.claim(attempt.task(), 1).registryLogin())
                .isEqualTo(new RegistryLogin("bob", "open-sesame"));
        assertThat(dispatcher.claim(other.task(), 1).registryLogin()).isNull();
        var shown = client.get("/api/v1/tasks/" + attempt.task()).body();
        assertThat(shown + tasks.timeline(attempt.task())).doesNotContain("open-sesame");
    }

    @Test
    void thePasswordIsNeitherShownNorStoredInClear() {
        var put = client.put(PATH + "/index.docker.io", LOGIN);

        assertThat(put.json().get("address").asString()).isEqualTo("docker.io");
        assertThat(put.json().get("readable").asBoolean()).isTrue();
        assertThat(put.body() + client.get(PATH).body()).doesNotContain("open-sesame");
        assertThat(jdbc.sql("select r::text from image_registries r").query(String.class).single())
                .contains("bob")
                .doesNotContain("open-sesame");
    }

    @Test
    void aSecondLoginReplacesTheFirst() {
        client.put(PATH + "/reg.io", LOGIN);
        client.put(PATH + "/reg.io", "{\"username\":\"eve\",\"password\":\"x\"}");
        var attempt = submitted("reg.io/team/tool:1");

        assertThat(client.get(PATH).json().get("items")).hasSize(1);
        assertThat(dispatcher.claim(attempt.task(), 1).registryLogin())
                .isEqualTo(new RegistryLogin("eve", "x"));
    }

    @Test
    void aForgottenLoginIsGone() {
        client.put(PATH + "/reg.io", LOGIN);

        assertThat(client.delete(PATH + "/reg.io").status()).isEqualTo(204);
        assertThat(client.delete(PATH + "/reg.io").problem()).isEqualTo("image-registry-unknown");
        assertThat(client.get(PATH).json().get("items")).isEmpty();
    }

    @Test
    void aLoginUnderAnotherKeySaysSoAndHoldsNoClaimUp() {
        client.put(PATH + "/reg.io", LOGIN);
        jdbc.sql("update image_registries set sealed = :other")
                .param("other", new Seal(new byte[32]).close("reg.io", "open-sesame"))
                .update();
        var attempt = submitted("reg.io/team/tool:1");

        assertThat(client.get(PATH).json().at("/items/0/readable").asBoolean()).isFalse();
        assertThat(dispatcher.claim(attempt.task(), 1).registryLogin()).isNull();
    }

    @Test
    void whatIsWrongIsNamed() {
        var answer = client.put(PATH + "/reg..io", "{\"username\":7,\"token\":\"x\"}");

        assertThat(answer.problem()).isEqualTo("invalid-request");
        assertThat(answer.json().get("errors").findValuesAsString("field"))
                .containsExactlyInAnyOrder("username", "password", "token", "address");
    }
}
