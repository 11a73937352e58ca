package dev.kohakku.dispatcher.agent;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.brief.BriefRef;
import dev.kohakku.common.queue.redis.StateRedis;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.wire.WireJson;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A hash per attempt in the state Redis. */
final class RedisAgentRecords implements AgentRecords {

    private static final String BRIEF = "brief";
    private static final String CHECKED_IN = "checked_in_at";
    private static final String PROGRESS = "progress";
    private static final String CHECK_BACK = "check_back";
    private static final String CLOSED = "closed";

    /** In the place of a check-back: none came before the container's end. */
    private static final String SEALED = "sealed";

    private static final Duration AFTERLIFE = Duration.ofMinutes(10);

    private final StateRedis redis;
    private final Duration life;
    private final JsonMapper json = WireJson.mapper();

    /**
     * @param life of a record nobody writes to
     */
    RedisAgentRecords(StateRedis redis, Duration life) {
        this.redis = redis;
        this.life = life;
    }

    @Override
    public void open(AttemptId attempt, BriefRef brief) {
        redis.putFields(key(attempt), Map.of(BRIEF, brief.key().value()), life);
    }

    @Override
    public Optional<AgentRecord> read(AttemptId attempt) {
        var fields = redis.hash(key(attempt));
        if (!fields.containsKey(BRIEF)) {
            return Optional.empty();
        }
        return Optional.of(
                new AgentRecord(
                        at(fields.get(CHECKED_IN)),
                        progress(fields.get(PROGRESS)),
                        checkBack(fields.get(CHECK_BACK))));
    }

    @Override
    public Optional<CheckBack> seal(AttemptId attempt) {
        redis.putFieldIfAbsent(key(attempt), CHECK_BACK, SEALED, life);
        return Optional.ofNullable(checkBack(redis.field(key(attempt), CHECK_BACK).orElse(SEALED)));
    }

    @Override
    public void close(AttemptId attempt) {
        redis.putFields(key(attempt), Map.of(CLOSED, "yes"), AFTERLIFE);
    }

    @Override
    public Standing standing(AttemptId attempt) {
        var fields = redis.hash(key(attempt));
        if (fields.containsKey(CLOSED) || SEALED.equals(fields.get(CHECK_BACK))) {
            return Standing.OVER;
        }
        return fields.containsKey(BRIEF) ? Standing.OPEN : Standing.UNKNOWN;
    }

    @Override
    public Optional<BlobKey> brief(AttemptId attempt) {
        return redis.field(key(attempt), BRIEF).map(BlobKey::new);
    }

    @Override
    public void checkIn(AttemptId attempt, Instant at) {
        redis.putFieldIfAbsent(key(attempt), CHECKED_IN, at.toString(), life);
    }

    @Override
    public void progress(AttemptId attempt, AgentRecord.Progress progress) {
        redis.putFields(key(attempt), Map.of(PROGRESS, json.writeValueAsString(progress)), life);
    }

    @Override
    public Kept checkBack(AttemptId attempt, CheckBack checkBack) {
        var written = json.writeValueAsString(checkBack);
        if (redis.putFieldIfAbsent(key(attempt), CHECK_BACK, written, life)) {
            return Kept.KEPT;
        }
        var kept = redis.field(key(attempt), CHECK_BACK).orElse(SEALED);
        if (SEALED.equals(kept)) {
            return Kept.TOO_LATE;
        }
        // why as values: the same said in another order of fields is the same.
        return Objects.equals(checkBack(kept), checkBack(written)) ? Kept.KEPT : Kept.DIFFERENT;
    }

    private static @Nullable Instant at(@Nullable String text) {
        return text == null ? null : Instant.parse(text);
    }

    private AgentRecord.@Nullable Progress progress(@Nullable String text) {
        return text == null ? null : json.readValue(text, AgentRecord.Progress.class);
    }

    private @Nullable CheckBack checkBack(@Nullable String text) {
        return text == null || SEALED.equals(text) ? null : json.readValue(text, CheckBack.class);
    }

    private static String key(AttemptId attempt) {
        return "kohakku:agent:{" + attempt + "}";
    }
}
