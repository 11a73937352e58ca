package dev.kohakku.dispatcher.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.put;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.blob.InMemoryBlobStore;
import dev.kohakku.common.brief.BriefRef;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.time.TestingClock;
import dev.kohakku.common.wire.WireJson;
import dev.kohakku.dispatcher.web.JsonBodies;
import dev.kohakku.dispatcher.web.TestingMvc;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.ResultActions;
import org.springframework.util.unit.DataSize;

/** The agent protocol, good input and bad. */
class AgentApiTest {

    private final TestingClock clock = new TestingClock();
    private final InMemoryAgentRecords records = new InMemoryAgentRecords();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();
    private final AgentKeys keys = new AgentKeys("secret");
    private final BriefLinks links = new BriefLinks("secret", blobs, Duration.ofHours(1), clock);
    private final List<AttemptId> called = new ArrayList<>();
    private final AttemptId attempt = TestingIds.newAttempt();
    private final BriefRef brief = BriefRef.of(attempt.task(), "0".repeat(64));
    private final ResultUploads uploads =
            new ResultUploads(
                    blobs,
                    new AgentSettings(
                            DataSize.ofBytes(10),
                            1,
                            Duration.ZERO,
                            Duration.ofHours(1),
                            Duration.ofDays(1)));
    private MockMvc mvc;

    @BeforeEach
    void open() {
        records.open(attempt, brief);
        mvc =
                TestingMvc.of(
                        List.of(new AgentAdvice()),
                        new AgentApi(
                                new AgentGate(keys, links, records),
                                records,
                                new AgentBodies(
                                        new JsonBodies(WireJson.mapper()), WireJson.mapper()),
                                called::add,
                                blobs,
                                uploads,
                                clock));
    }

    private ResultActions say(String path, String body) throws Exception {
        return mvc.perform(
                post("/agent/" + path)
                        .header("X-Agent-Key", keys.keyOf(attempt))
                        .contentType("application/x-www-form-urlencoded")
                        .content(body));
    }

    @Test
    void aCheckInIsKeptWhateverTheContentTypeSays() throws Exception {
        say("checkin", "{}").andExpect(status().isOk());
        say("checkin", "").andExpect(status().isOk());
        say("checkin", "{\"agent\": \"shell\", \"version\": \"1\"}").andExpect(status().isOk());

        assertThat(called).contains(attempt);
        assertThat(records.read(attempt).orElseThrow().checkedInAt()).isEqualTo(clock.instant());
    }

    @Test
    void progressIsRefusedFieldByField() throws Exception {
        say("progress", "{\"percent\": 50, \"message\": \"half\", \"detail\": {\"a\": 1}}")
                .andExpect(status().isOk());
        say("progress", "{\"percent\": 101}")
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.errors[0].field").value("percent"));
        say("progress", "{\"percent\": \"many\"}")
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.errors[0].field").value("percent"));
        say("progress", "{\"percents\": 1}")
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.errors[0].field").value("percents"));
        say("progress", "{}").andExpect(status().isBadRequest());
        say("progress", "[1]").andExpect(status().isBadRequest());
        say("progress", "{nonsense").andExpect(status().isBadRequest());
        say("progress", "{\"message\": \"" + "x".repeat(2_001) + "\"}")
                .andExpect(jsonPath("$.errors[0].field").value("message"));
    }

    @Test
    void textThatNobodyCanKeepIsRefusedByItsField() throws Exception {
        say("checkback", "{\"status\": \"failed\", \"error_message\": \"bad\\u0000byte\"}")
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.errors[0].field").value("error_message"))
                .andExpect(jsonPath("$.errors[0].message").value(containsString("NUL")));
        say(
                        "checkback",
                        "{\"status\": \"completed\", \"result_metadata\": {\"a\": [{\"b\": \"\\ud83d\"}]}}")
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.errors[0].field").value("result_metadata"));
        say("progress", "{\"detail\": {\"\\u0000\": 1, \"a\": \"\\u0000\"}}")
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.errors.length()").value(1))
                .andExpect(jsonPath("$.errors[0].field").value("detail"));

        say("checkback", "{\"status\": \"failed\", \"error_message\": \"\\ud83d\\udc33\"}")
                .andExpect(status().isOk());
    }

    @Test
    void aBodyTooLargeIsRefused() throws Exception {
        say("checkback", "{\"error_message\": \"" + "x".repeat(70_000) + "\"}")
                .andExpect(status().isContentTooLarge());
    }

    @Test
    void theSameCheckBackAgainIsFineAndADifferentOneIsNot() throws Exception {
        var body = "{\"status\": \"completed\", \"result_metadata\": {\"answer\": 42}}";

        say("checkback", body).andExpect(status().isOk());
        say("checkback", "{\"result_metadata\": {\"answer\": 42}, \"status\": \"completed\"}")
                .andExpect(status().isOk());
        say("checkback", "{\"status\": \"failed\"}")
                .andExpect(status().isConflict())
                .andExpect(jsonPath("$.type").value(containsString("check-back-differs")));
    }

    @Test
    void aCheckBackNeedsAStatusAndAKeyOfItsOwnTask() throws Exception {
        say("checkback", "{}").andExpect(jsonPath("$.errors[0].field").value("status"));
        say("checkback", "{\"status\": \"perhaps\"}")
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.errors[0].field").value("status"));
        var own = "results/" + attempt.task();
        for (var key :
                List.of("results/other/1/x", own + "/2/x", own + "/1/../x", own + "/1/", "x y")) {
            say("checkback", "{\"status\": \"completed\", \"result_key\": \"" + key + "\"}")
                    .andExpect(status().isBadRequest())
                    .andExpect(jsonPath("$.errors[0].field").value("result_key"));
        }
        say("checkback", "{\"status\": \"completed\", \"result_key\": \"" + own + "/1/x\"}")
                .andExpect(status().isOk());
    }

    @Test
    void anAttemptThatIsOverIsGone() throws Exception {
        records.seal(attempt);

        say("checkin", "{}").andExpect(status().isGone());
        say("checkback", "{\"status\": \"completed\"}").andExpect(status().isGone());
    }

    @Test
    void wrongKeysAreUnauthorized() throws Exception {
        mvc.perform(post("/agent/checkin").content("{}")).andExpect(status().isUnauthorized());
        var foreign = new AgentKeys("other secret").keyOf(attempt);
        for (var key : List.of("nonsense", "a.b.c", foreign, keys.keyOf(attempt) + "x")) {
            mvc.perform(post("/agent/checkin").header("X-Agent-Key", key).content("{}"))
                    .andExpect(status().isUnauthorized());
        }
    }

    @Test
    void anAttemptNobodyWorksOnIsAConflict() throws Exception {
        mvc.perform(
                        post("/agent/checkin")
                                .header("X-Agent-Key", keys.keyOf(TestingIds.newAttempt()))
                                .content("{}"))
                .andExpect(status().isConflict());
    }

    @Test
    void theBriefIsReadByKeyOrBySignedLink() throws Exception {
        var bytes = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
        blobs.put(brief.key(), bytes, "application/json");
        var link = links.link(attempt, brief, "http://localhost").toString();

        mvc.perform(get("/agent/brief").header("X-Agent-Key", keys.keyOf(attempt)))
                .andExpect(content().bytes(bytes));
        mvc.perform(get(link)).andExpect(status().isOk()).andExpect(content().bytes(bytes));
        mvc.perform(get(link + "x")).andExpect(status().isUnauthorized());
        mvc.perform(get("/agent/brief")).andExpect(status().isUnauthorized());
        mvc.perform(get(link.replace("attempt=1", "attempt=2")))
                .andExpect(status().isUnauthorized());
        clock.advance(Duration.ofHours(1));
        mvc.perform(get(link)).andExpect(status().isUnauthorized());
    }

    @Test
    void aResultIsStoredByPutAndByPostUnderAKeyOfTheAttempt() throws Exception {
        var key = "results/" + attempt.task() + "/1/answer.txt";

        mvc.perform(
                        put("/agent/results/answer.txt")
                                .header("X-Agent-Key", keys.keyOf(attempt))
                                .content("forty-two"))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.result_key").value(key));
        say("results/answer.txt", "forty-one")
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.result_key").value(key));
        say("results/answer.txt", "01234567890").andExpect(status().isContentTooLarge());
        say("results/%20", "x").andExpect(status().isBadRequest());
    }

    @Test
    void moreResultsAtOnceThanThereIsRoomForAreToldToComeAgain() throws Exception {
        var body = new PipedInputStream();
        var key = new BlobKey("results/held");
        Thread held;
        try (var sender = new PipedOutputStream(body)) {
            held = Thread.ofVirtual().start(() -> putQuietly(key, body));
            sender.write('x');
            await().until(() -> body.available() == 0);

            say("results/a", "x")
                    .andExpect(status().isServiceUnavailable())
                    .andExpect(header().string("Retry-After", "2"))
                    .andExpect(jsonPath("$.type").value(containsString("uploads-full")));
        }
        held.join();
        say("results/a", "x").andExpect(status().isOk());
    }

    private void putQuietly(BlobKey key, InputStream body) {
        try {
            uploads.put(key, -1, body, "text/plain");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void enginesThatAreAwayAreToldApartFromMistakes() throws Exception {
        blobs.setAway(true);
        say("results/a", "x").andExpect(status().isServiceUnavailable());
        records.setAway(true);
        say("checkin", "{}")
                .andExpect(status().isServiceUnavailable())
                .andExpect(jsonPath("$.type").value(containsString("state-unavailable")));
    }
}
