package dev.kohakku.controller.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.blob.BlobStore;
import dev.kohakku.common.brief.BriefRef;
import dev.kohakku.common.brief.CanonicalJson;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@ControllerTest
class BriefDocumentIT {

    @Autowired Environment environment;
    @Autowired JdbcClient jdbc;
    @Autowired BlobStore blobs;

    @Test
    void theBriefIsTheStoredBytesAndTheirHashOnceItIsStored() throws IOException {
        var client = TestingClient.of(environment);
        var id =
                client.post("/api/v1/tasks", "{\"name\":\"n\",\"image\":\"b\"}")
                        .json()
                        .get("id")
                        .asString();
        var path = "/api/v1/tasks/" + id + "/brief";
        assertThat(client.get(path).problem()).isEqualTo("brief-not-stored");
        var bytes = "{\"a\":\"é\"}".getBytes(StandardCharsets.UTF_8);
        var brief = BriefRef.of(TaskId.parse(id), CanonicalJson.sha256(bytes));
        jdbc.sql(
                        "update tasks set brief_key = :key, brief_sha256 = :sha where id = cast(:id as uuid)")
                .param("key", brief.key().value())
                .param("sha", brief.sha256())
                .param("id", id)
                .update();
        assertThat(client.get(path).problem()).isEqualTo("brief-not-stored");

        blobs.put(brief.key(), bytes, "application/json");

        var answer = client.get(path);
        assertThat(answer.body()).isEqualTo("{\"a\":\"é\"}");
        assertThat(answer.header("etag")).isEqualTo("\"" + brief.sha256() + "\"");
        assertThat(answer.header("x-kohakku-brief-sha256")).isEqualTo(brief.sha256());
        assertThat(client.get(path, "If-None-Match", answer.header("etag")).status())
                .isEqualTo(304);
    }
}
