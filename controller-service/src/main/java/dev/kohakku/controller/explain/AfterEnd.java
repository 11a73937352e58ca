package dev.kohakku.controller.explain;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.TaskState;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why tasks ended. */
final class AfterEnd {

    private AfterEnd() {}

    static Explanation.Ended ended(Facts.Ended facts) {
        var kind = facts.end().kind();
        return new Explanation.Ended(
                facts.task().state(),
                kind,
                kind == null ? null : kind.fault().name().toLowerCase(Locale.ROOT),
                kind == null ? null : kind.isRetryable(),
                facts.task().attemptsLeft(),
                message(facts),
                advice(facts, kind));
    }

    private static String message(Facts.Ended facts) {
        var said = facts.end().message();
        if (said != null) {
            return said;
        }
        var state = facts.task().state();
        if (state == TaskState.CANCELLED) {
            return "It was cancelled";
        }
        var exit = facts.end().exitCode();
        return "It ended as " + state + (exit == null ? "" : " with exit code " + exit);
    }

    private static @Nullable String advice(Facts.Ended facts, @Nullable FailureKind kind) {
        if (facts.end().unverified()) {
            return Advice.UNVERIFIED;
        }
        return kind == null ? null : Advice.on(kind, facts);
    }
}
