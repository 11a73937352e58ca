package dev.kohakku.controller.leak;

import static dev.kohakku.common.wire.Problems.type;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.controller.task.TaskHistory;
import dev.kohakku.controller.web.Problem;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Closes leaks by the word of a person, where no inventory will. Safe on every replica at once. */
@Component
class Acknowledgements {

    private static final Logger LOG = LoggerFactory.getLogger(Acknowledgements.class);

    private final Leaks leaks;
    private final AcknowledgementStore store;
    private final TaskHistory history;

    Acknowledgements(Leaks leaks, AcknowledgementStore store, TaskHistory history) {
        this.leaks = leaks;
        this.store = store;
        this.history = history;
    }

    /**
     * Closes a leak and answers it as it is then. Repeatable: of a leak that is resolved, by
     * whomever and however, nothing changes. 404 for a leak that is not shown; 409 for one that an
     * inventory settles or has just seen, and for one that is not kept but read from the tasks.
     */
    @Transactional
    LeakView acknowledge(String reference, String actor, @Nullable String note) {
        var leak = leaks.find(reference).orElseThrow(() -> unknown(reference));
        if (leak.resolvedAt() != null) {
            return leak;
        }
        if (leak.kind() == LeakKind.STUCK) {
            throw stillThere(leak, "It is over when the task moves on.");
        }
        // why before the condition is judged: an inventory of the scope that is being applied is
        // waited for, and what it has seen counts.
        store.lockScope(leak);
        var closed = store.closeUnlessSearched(reference, actor, note);
        closed.ifPresent(acknowledged -> tell(leak, acknowledged, actor, note));
        return leaks.find(reference)
                .filter(now -> now.resolvedAt() != null)
                .orElseThrow(() ->
                        stillThere(leak, "The next search without the container resolves it."));
    }

    private void tell(
            LeakView leak,
            AcknowledgementStore.Closed closed,
            String actor,
            @Nullable String note) {
        var attempt = new AttemptId(new TaskId(leak.taskId()), leak.attempt());
        LOG.info(
                "leak {} ({} of attempt {}) is closed by {}",
                leak.id(),
                leak.kind(),
                attempt,
                actor);
        if (closed.epoch() == null) {
            // why: a timeline belongs to a task, and there is none.
            return;
        }
        var detail = new LinkedHashMap<String, Object>();
        detail.put("leak", leak.id());
        detail.put("kind", leak.kind());
        Optional.ofNullable(note).ifPresent(words -> detail.put("note", words));
        history.append(
                attempt,
                closed.epoch(),
                "leak_acknowledged",
                actor,
                "The " + leak.kind() + " entry of this attempt in the leak ledger was closed",
                detail);
    }

    private static RuntimeException unknown(String reference) {
        var shown = reference.length() > 100 ? reference.substring(0, 100) + "…" : reference;
        return Problem.of(
                        type("leak-unknown"),
                        HttpStatus.NOT_FOUND,
                        "No such leak",
                        "There is no leak '" + shown + "'.")
                .exception();
    }

    private static RuntimeException stillThere(LeakView leak, String how) {
        return Problem.of(
                        type("leak-still-there"),
                        HttpStatus.CONFLICT,
                        "Leak still there",
                        leak.message() + " " + how)
                .with("kind", leak.kind())
                .exception();
    }
}
