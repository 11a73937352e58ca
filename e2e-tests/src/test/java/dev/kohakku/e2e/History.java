package dev.kohakku.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is recorded of a task that has ended, compared with what its payload says. A fault test ends
 * here: not whether the platform looks well, but whether what it wrote down is true.
 */
final class History {

    private static final Set<String> TERMINAL =
            Set.of("COMPLETED", "FAILED", "TIMED_OUT", "CANCELLED");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String id;
    private final JsonNode task;
    private final List<JsonNode> events;
    private final List<JsonNode> attempts;
    private final List<Payloads.Run> runs;

    private History(
            String id,
            JsonNode task,
            List<JsonNode> events,
            List<JsonNode> attempts,
            List<Payloads.Run> runs) {
        this.id = id;
        this.task = task;
        this.events = events;
        this.attempts = attempts;
        this.runs = runs;
    }

    /** Reads everything about a task. */
    static History of(Api api, Payloads payloads, String id)
            throws IOException, InterruptedException {
        var events = new ArrayList<JsonNode>();
        var page = api.read("/api/v1/tasks/" + id + "/events?limit=200");
        page.get("items").forEach(events::add);
        while (!page.get("next_cursor").isNull()) {
            page =
                    api.read(
                            "/api/v1/tasks/"
                                    + id
                                    + "/events?limit=200&cursor="
                                    + page.get("next_cursor").asString());
            page.get("items").forEach(events::add);
        }
        var attempts = new ArrayList<JsonNode>();
        page.get("attempts").forEach(attempts::add);
        return new History(id, api.task(id), events, attempts, payloads.runsOf(id));
    }

    /** What must be true of every task, whatever was stopped where. */
    History isSound() {
        movesAreOneChain();
        oneAttemptIsEffective();
        noAttemptRanTwice();
        return this;
    }

    /** One move after the other, from acceptance to exactly one end, which is the task's state. */
    private void movesAreOneChain() {
        var moves = events.stream().filter(event -> is(event, "state")).toList();
        for (var i = 1; i < moves.size(); i++) {
            assertThat(text(moves.get(i), "from_state"))
                    .as("each move begins where the one before ended: " + this)
                    .isEqualTo(text(moves.get(i - 1), "to_state"));
        }
        var ends = moves.stream().map(move -> text(move, "to_state")).filter(TERMINAL::contains);
        assertThat(ends.toList()).as("ends: " + this).containsExactly(text(task, "state"));
        assertThat(text(moves.getLast(), "to_state")).as("" + this).isEqualTo(text(task, "state"));
    }

    /** The last attempt ended as the task did; each before it was given up, and says why. */
    private void oneAttemptIsEffective() {
        var last = attempts.getLast();
        assertThat(text(last, "state")).as("" + this).isEqualTo(text(task, "state"));
        assertThat(last.get("number").asInt()).as("" + this).isEqualTo(attempts.size());
        for (var superseded : attempts.subList(0, attempts.size() - 1)) {
            assertThat(text(superseded, "state")).as("" + this).isIn("FAILED", "TIMED_OUT");
            assertThat(superseded.get("failure").isNull()).as("" + this).isFalse();
        }
        assertThat(attempts).as("" + this).noneMatch(each -> each.get("finished_at").isNull());
    }

    private void noAttemptRanTwice() {
        var byAttempt =
                runs.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Payloads.Run::attempt, Collectors.counting()));
        assertThat(byAttempt.values()).as("runs of one attempt: " + this).containsOnly(1L);
    }

    History endedAs(String state) {
        assertThat(text(task, "state")).as("" + this).isEqualTo(state);
        return this;
    }

    History failedAs(String kind) {
        assertThat(task.at("/failure/kind").asString("")).as("" + this).isEqualTo(kind);
        return this;
    }

    /** The payload says that it ran this often, in all attempts together. */
    History ran(int times) {
        assertThat(runs).as("" + this).hasSize(times);
        return this;
    }

    History tookAttempts(int number) {
        assertThat(attempts).as("" + this).hasSize(number);
        return this;
    }

    History has(String type) {
        assertThat(events).as("" + this).anyMatch(event -> is(event, type));
        return this;
    }

    History attemptFailedAs(int number, String kind) {
        assertThat(attempts.get(number - 1).at("/failure/kind").asString(""))
                .as("" + this)
                .isEqualTo(kind);
        return this;
    }

    /**
     * The log of the last attempt is the payload's, from line 1 to {@code lines}, each once; what
     * is missing is declared.
     */
    History loggedLines(Api api, int lines) throws IOException, InterruptedException {
        var log = Log.of(api.follow(id, null), attempts.size());
        assertThat(log.ended).as("the followed log has its end: " + this).isTrue();
        var next = 1L;
        for (var line : log.lines) {
            var number = line.get("number").asLong();
            while (log.gaps.containsKey(next) && next < number) {
                next = log.gaps.get(next) + 1;
            }
            assertThat(number).as("the next line of " + this).isEqualTo(next++);
            assertThat(text(line, "text")).isEqualTo("line " + number);
        }
        while (log.gaps.containsKey(next)) {
            next = log.gaps.get(next) + 1;
        }
        assertThat(next - 1).as("the last line of " + this).isEqualTo(lines);
        return this;
    }

    /** No line is missing at all. */
    History loggedAllLines(Api api, int lines) throws IOException, InterruptedException {
        assertThat(Log.of(api.follow(id, null), attempts.size()).gaps).as("" + this).isEmpty();
        return loggedLines(api, lines);
    }

    /** A followed log: the lines of stdout, and the gaps in it from first to last. */
    private static final class Log {

        private final List<JsonNode> lines = new ArrayList<>();
        private final Map<Long, Long> gaps = new HashMap<>();
        private boolean ended;

        static Log of(List<String> stream, int attempt) {
            var log = new Log();
            var event = "";
            for (var line : stream) {
                if (line.startsWith("event: ")) {
                    event = line.substring("event: ".length());
                } else if (line.startsWith("data: ")) {
                    var data = JSON.readTree(line.substring("data: ".length()));
                    if (data.path("attempt").asInt(attempt) == attempt) {
                        log.add(event, data);
                    }
                }
            }
            return log;
        }

        private void add(String event, JsonNode data) {
            switch (event) {
                case "line" -> lines.add(data);
                case "gap" -> gaps.put(data.get("from").asLong(), data.get("to").asLong());
                case "end" -> ended = true;
                default -> throw new AssertionError(event + ": " + data);
            }
        }
    }

    private static boolean is(JsonNode event, String type) {
        return text(event, "type").equals(type)
                || event.at("/detail/step").asString("").equals(type);
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asString("");
    }

    @Override
    public String toString() {
        return "task %s\n  runs %s\n  attempts %s\n  events %s"
                .formatted(
                        id,
                        runs,
                        attempts.stream().map(JsonNode::toString).toList(),
                        events.stream()
                                .map(event -> "\n    " + event)
                                .collect(Collectors.joining()));
    }
}
