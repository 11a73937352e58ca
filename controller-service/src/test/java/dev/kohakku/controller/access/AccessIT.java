package dev.kohakku.controller.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;

@ControllerTest
class AccessIT {

    @Autowired Environment environment;
    TestingClient client;

    @BeforeEach
    void connect() {
        client = TestingClient.of(environment);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Token wrong",
                "Bearer wrong",
                "Token",
                "Basic abc",
                "Token  ",
                "Bearer \tx y z",
                "Token khk_ünicode"
            })
    void aWrongTokenIs401WithAChallenge(String authorization) {
        var answer = client.showing("Authorization", authorization).get("/api/v1/tasks");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.problem()).isEqualTo("unauthorized");
        assertThat(answer.header("www-authenticate")).startsWith("Bearer");
    }

    @Test
    void aMissingTokenIs401AndNamesTheHeader() {
        var answer = client.showing("X-Nothing", "here").get("/api/v1/tasks");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.json().get("detail").asString()).contains("Authorization is missing");
    }

    @Test
    void aTokenInTheQueryStringIsNotTaken() {
        var answer =
                client.showing("X-Nothing", "here")
                        .get("/api/v1/tasks?token=" + ControllerTest.TOKEN + "&access_token=x");

        assertThat(answer.status()).isEqualTo(401);
    }

    @Test
    void bothWordsBeforeTheTokenAreTaken() {
        for (var word : new String[] {"Token", "Bearer", "bearer"}) {
            var answer =
                    client.showing("Authorization", word + " " + ControllerTest.TOKEN)
                            .get("/api/v1/nowhere");
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.problem()).isEqualTo("not-found");
        }
    }

    @Test
    void theKeyOfDispatchersOpensTheirEndpointsOnly() {
        var dispatcher = client.asDispatcher();

        assertThat(dispatcher.post("/api/v1/dispatchers/d/nowhere", "{}").status()).isEqualTo(404);
        assertThat(dispatcher.get("/api/v1/tasks").status()).isEqualTo(403);
        assertThat(client.post("/api/v1/dispatchers/d/nowhere", "{}").status()).isEqualTo(403);
        assertThat(
                        client.showing("X-API-Key", "wrong")
                                .post("/api/v1/dispatchers/d/nowhere", "{}")
                                .status())
                .isEqualTo(401);
    }

    @Test
    void aWrongKeyIs401WhateverTokenComesWithIt() {
        var both = client.get("/api/v1/tasks", "X-API-Key", "wrong");

        assertThat(both.status()).isEqualTo(401);
        assertThat(both.header("www-authenticate")).startsWith("ApiKey");
        assertThat(both.json().get("detail").asString()).contains("X-API-Key");
        assertThat(client.get("/api/v1/tasks", "X-API-Key", "").status()).isEqualTo(401);
    }

    @Test
    void aRightKeyMakesADispatcherWhateverTokenComesWithIt() {
        var key = ControllerTest.DISPATCHER_KEY;

        assertThat(client.get("/api/v1/tasks", "X-API-Key", key).status()).isEqualTo(403);
        assertThat(
                        client.showing("Authorization", "Token wrong")
                                .post("/api/v1/dispatchers/d/nowhere", "{}", "X-API-Key", key)
                                .status())
                .isEqualTo(404);
    }
}
