package dev.kohakku.dispatcher.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.brief.BriefRef;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TestingIds;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every keeper of agents' records promises. */
abstract class AgentRecordsContract {

    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final CheckBack DONE =
            new CheckBack(CheckBack.Status.COMPLETED, "results/x", Map.of("answer", 42), null);

    private final AttemptId attempt = TestingIds.newAttempt();
    private final BriefRef brief = BriefRef.of(attempt.task(), "a".repeat(64));

    abstract AgentRecords records();

    @Test
    void anAttemptNobodyOpenedIsUnknown() {
        assertThat(records().standing(attempt)).isEqualTo(AgentRecords.Standing.UNKNOWN);
        assertThat(records().read(attempt)).isEmpty();
        assertThat(records().brief(attempt)).isEmpty();
    }

    @Test
    void whatWasSaidIsRead() {
        records().open(attempt, brief);
        records().checkIn(attempt, NOW);
        records().checkIn(attempt, NOW.plusSeconds(5));
        records().progress(attempt, new AgentRecord.Progress(NOW, 5, "begun", Map.of("a", 1)));
        records().progress(attempt, new AgentRecord.Progress(NOW, 6, null, Map.of()));

        assertThat(records().read(attempt))
                .contains(
                        new AgentRecord(
                                NOW, new AgentRecord.Progress(NOW, 6, null, Map.of()), null));
        assertThat(records().brief(attempt)).contains(brief.key());
        assertThat(records().standing(attempt)).isEqualTo(AgentRecords.Standing.OPEN);
    }

    @Test
    void theFirstCheckBackStays() {
        records().open(attempt, brief);

        assertThat(records().checkBack(attempt, DONE)).isEqualTo(AgentRecords.Kept.KEPT);
        assertThat(records().checkBack(attempt, DONE)).isEqualTo(AgentRecords.Kept.KEPT);
        assertThat(
                        records()
                                .checkBack(
                                        attempt,
                                        new CheckBack(CheckBack.Status.FAILED, null, null, "no")))
                .isEqualTo(AgentRecords.Kept.DIFFERENT);
        assertThat(records().seal(attempt)).contains(DONE);
        assertThat(records().read(attempt).orElseThrow().checkBack()).isEqualTo(DONE);
    }

    @Test
    void afterTheSealNoCheckBackIsTaken() {
        records().open(attempt, brief);

        assertThat(records().seal(attempt)).isEmpty();
        assertThat(records().checkBack(attempt, DONE)).isEqualTo(AgentRecords.Kept.TOO_LATE);
        assertThat(records().seal(attempt)).isEmpty();
        assertThat(records().standing(attempt)).isEqualTo(AgentRecords.Standing.OVER);
    }

    @Test
    void aClosedAttemptIsOver() {
        records().open(attempt, brief);
        records().checkBack(attempt, DONE);
        assertThat(records().standing(attempt)).isEqualTo(AgentRecords.Standing.OPEN);

        records().close(attempt);

        assertThat(records().standing(attempt)).isEqualTo(AgentRecords.Standing.OVER);
    }

    @Test
    void openingAgainForgetsNothing() {
        records().open(attempt, brief);
        records().checkBack(attempt, DONE);

        records().open(attempt, brief);

        assertThat(records().read(attempt).orElseThrow().checkBack()).isEqualTo(DONE);
    }
}
