package dev.kohakku.controller.role;

import java.util.Locale;
import java.util.Optional;

/** What wakes a loop before its interval is over, in whatever process it runs. */
public enum Topic {
    /** A task was accepted, or a dispatcher can take more: the Enqueuer looks. */
    DISPATCH,
    /** A dispatcher leaves or drains: its watches are to be handed over. */
    HAND_OVER,
    /** A workflow is to be started, cancelled or asked. */
    WORKFLOW;

    /** What it is called between processes. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The topic of a word; none where a newer process called it. */
    static Optional<Topic> of(String word) {
        for (var topic : values()) {
            if (topic.word().equals(word)) {
                return Optional.of(topic);
            }
        }
        return Optional.empty();
    }
}
