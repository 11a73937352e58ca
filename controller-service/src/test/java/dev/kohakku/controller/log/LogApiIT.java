package dev.kohakku.controller.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kohakku.common.log.LiveLog;
import dev.kohakku.common.log.LogArchive;
import dev.kohakku.common.log.LogLine;
import dev.kohakku.common.log.LogPosition;
import dev.kohakku.common.log.LogStream;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.controller.task.Retry;
import dev.kohakku.controller.task.Transition;
import dev.kohakku.controller.task.Transitions;
import dev.kohakku.controller.testing.ControllerTest;
import dev.kohakku.controller.testing.TestingClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.test.context.TestPropertySource;

@ControllerTest
@TestPropertySource(properties = "kohakku.log.heartbeat=200ms")
class LogApiIT {

    private static final Epoch EPOCH = new Epoch(1);
    private static final Duration HOUR = Duration.ofHours(1);

    @Autowired Environment environment;
    @Autowired LiveLog live;
    @Autowired LogArchive archive;
    @Autowired Transitions transitions;
    @Autowired MeterRegistry meters;
    TestingClient client;
    TaskId task;
    String path;

    @BeforeEach
    void submit() {
        client = TestingClient.of(environment);
        var answer = client.post("/api/v1/tasks", "{\"name\":\"n\",\"image\":\"b\"}");
        task = TaskId.parse(answer.json().get("id").asString());
        path = "/api/v1/tasks/" + task + "/logs";
        transitions.apply(Transition.to(TaskState.QUEUED, task, null, HOUR, "test"));
        transitions.apply(Transition.to(TaskState.PROVISIONING, task, null, HOUR, "test"));
        transitions.apply(Transition.to(TaskState.RUNNING, task, null, HOUR, "test"));
    }

    @Test
    void theLogIsTheArchiveAndThenWhatIsLive() throws IOException {
        archive.store(attempt(1), LogPosition.startOf(1), lines(1, 3));
        live.append(attempt(1), EPOCH, lines(2, 5));

        var answer = client.get(path);

        assertThat(answer.header("content-type")).startsWith("text/plain");
        assertThat(answer.body()).isEqualTo("line 1\nline 2\nline 3\nline 4\nline 5\n");
    }

    @Test
    void aLogWithoutLinesIsEmpty() {
        assertThat(client.get(path).status()).isEqualTo(200);
        assertThat(client.get(path).body()).isEmpty();
    }

    @Test
    void missingLinesAreDeclared() throws IOException {
        archive.store(attempt(1), LogPosition.startOf(1), lines(1, 2));
        live.append(attempt(1), EPOCH, lines(5, 6));
        end();

        assertThat(client.get(path).body())
                .isEqualTo(
                        "line 1\nline 2\n[kohakku: lines 3 to 4 of stdout are missing]\nline 5\nline 6\n");
        assertThat(follow(null))
                .extracting(Event::name)
                .containsExactly("line", "line", "gap", "line", "line", "end");
    }

    @Test
    void aFollowerSeesLinesAsTheyComeAndThenTheEnd() throws Exception {
        live.append(attempt(1), EPOCH, lines(1, 2));
        var events = client.follow(path + "?follow=true");
        await().until(() -> events.count("event: line") == 2);
        live.append(attempt(1), EPOCH, lines(3, 3));
        await().until(() -> events.count("event: line") == 3);
        await().until(() -> events.count(": alive") > 2);
        end();

        await().until(events::isAtEnd);

        assertThat(events.lines())
                .contains("id: 1-3-0", "data: {\"state\":\"COMPLETED\",\"attempt\":1}")
                .anyMatch(line ->
                        line.startsWith("data: {\"stream\":\"stdout\",\"number\":3,\"at\":")
                                && line.endsWith("\"text\":\"line 3\",\"attempt\":1}"));
    }

    @Test
    void aFollowerGoesOnAfterTheLastEventItSaw() {
        live.append(attempt(1), EPOCH, lines(1, 10));
        end();

        var rest = follow("1-7-0");

        assertThat(rest)
                .extracting(Event::id)
                .containsExactly("1-8-0", "1-9-0", "1-10-0", "1-10-0");
        assertThat(follow("1-10-0")).extracting(Event::name).containsExactly("end");
    }

    @Test
    void aFollowerGoesOnIntoTheNextAttempt() {
        live.append(attempt(1), EPOCH, lines(1, 2));
        assertThat(
                        transitions.retry(
                                new Retry(
                                        task,
                                        null,
                                        "test",
                                        TaskState.FAILED,
                                        Transition.Ending.because(
                                                FailureKind.BACKEND_ERROR, "gone"),
                                        Duration.ZERO,
                                        HOUR)))
                .isTrue();
        live.append(attempt(2), EPOCH, lines(1, 1));
        transitions.apply(
                Transition.end(TaskState.CANCELLED, task, null, "test", Transition.Ending.PLAIN));

        assertThat(follow("1-1-0"))
                .extracting(Event::toString)
                .containsExactly("line 1-2-0", "line 2-1-0", "end 2-1-0");
        assertThat(client.get(path + "?attempt=1").body()).isEqualTo("line 1\nline 2\n");
        assertThat(client.get(path).body()).isEqualTo("line 1\n");
        assertThat(client.get(path + "?attempt=3").problem()).isEqualTo("attempt-unknown");
    }

    @Test
    void twentyThousandLinesComeWhole() throws IOException {
        var position = LogPosition.startOf(1);
        for (var from = 1; from <= 15_000; from += 5_000) {
            position = archive.store(attempt(1), position, lines(from, from + 4_999));
        }
        live.append(attempt(1), EPOCH, lines(15_001, 20_000));
        end();

        assertThat(client.get(path).body().lines()).hasSize(20_000);
        assertThat(follow(null)).hasSize(20_001).last().hasToString("end 1-20000-0");
    }

    @Test
    void aFollowerThatLeavesIsForgotten() {
        live.append(attempt(1), EPOCH, lines(1, 1));
        var events = client.follow(path + "?follow=true");
        await().until(() -> events.count("event: line") == 1);
        assertThat(followers()).isPositive();

        events.close();

        await().until(() -> followers() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "1-2", "x", "0-0-0", "1-1-1-1"})
    void aLastEventThatIsNoneIsRefused(String id) {
        var answer = client.get(path + "?follow=true", "Last-Event-ID", id);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("errors").get(0).get("field").asString())
                .isEqualTo("Last-Event-ID");
    }

    @ParameterizedTest
    @ValueSource(strings = {"follow=maybe", "attempt=0", "attempt=x", "tail=10"})
    void aWrongParameterIsNamed(String parameter) {
        var answer = client.get(path + "?" + parameter);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("invalid-request");
    }

    private double followers() {
        return meters.get("kohakku.log.followers").gauge().value();
    }

    private List<Event> follow(String last) {
        var answer =
                last == null
                        ? client.get(path + "?follow=true")
                        : client.get(path + "?follow=true", "Last-Event-ID", last);
        assertThat(answer.header("content-type")).startsWith("text/event-stream");
        var events = new ArrayList<Event>();
        String id = null;
        for (var line : answer.body().lines().toList()) {
            if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("event: ")) {
                events.add(new Event(line.substring(7), id));
            }
        }
        return events;
    }

    private void end() {
        assertThat(
                        transitions.apply(
                                Transition.end(
                                                TaskState.COMPLETED,
                                                task,
                                                null,
                                                "test",
                                                Transition.Ending.PLAIN)
                                        .onlyFrom(Set.of(TaskState.RUNNING))))
                .isTrue();
    }

    private AttemptId attempt(int number) {
        return new AttemptId(task, number);
    }

    private static List<LogLine> lines(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(n -> new LogLine(LogStream.STDOUT, n, Instant.EPOCH, "line " + n))
                .toList();
    }

    private record Event(String name, String id) {
        @Override
        public String toString() {
            return name + " " + id;
        }
    }
}
