package dev.kohakku.controller.explain;

import dev.kohakku.controller.explain.Explanation.Ended;
import dev.kohakku.controller.explain.Explanation.Phase;
import dev.kohakku.controller.explain.Explanation.Waiting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From facts to an explanation. Asks nobody: the same facts give the same explanation. */
final class Explainer {

    private static final int MOST_EVIDENCE = 10;

    private Explainer() {}

    static Explanation explain(Facts facts) {
        return switch (facts) {
            case Facts.Pending pending -> explanation(facts, BeforeClaim.waiting(pending), null);
            case Facts.Queued queued -> explanation(facts, BeforeClaim.waiting(queued), null);
            case Facts.Owned owned -> explanation(facts, UnderOwner.waiting(owned), null);
            case Facts.Ended ended -> explanation(facts, null, AfterEnd.ended(ended));
        };
    }

    private static Explanation explanation(
            Facts facts, @Nullable Waiting waiting, @Nullable Ended ended) {
        var task = facts.task();
        return new Explanation(
                task.id().value(),
                task.state(),
                task.attempt(),
                task.maxAttempts(),
                Phase.of(task.state()),
                waiting,
                ended,
                newest(facts.evidence()));
    }

    /** Words that begin as a sentence does. */
    static String sentence(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    private static List<Explanation.Evidence> newest(List<Explanation.Evidence> evidence) {
        return evidence.subList(Math.max(0, evidence.size() - MOST_EVIDENCE), evidence.size());
    }
}
