package dev.kohakku.controller.deadletter;

import static dev.kohakku.common.wire.Problems.type;

import dev.kohakku.common.task.TaskId;
import dev.kohakku.controller.access.Caller;
import dev.kohakku.controller.database.ReplicaReads;
import dev.kohakku.controller.task.Redrives;
import dev.kohakku.controller.task.Redrives.Redriven;
import dev.kohakku.controller.web.Page;
import dev.kohakku.controller.web.Problem;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** What can be done with dead letters. Every method blocks and is safe to repeat. */
@Component
class DeadLetters {

    private final DeadLetterStore store;
    private final Redrives redrives;
    private final ReplicaReads reads;

    DeadLetters(DeadLetterStore store, Redrives redrives, ReplicaReads reads) {
        this.store = store;
        this.redrives = redrives;
        this.reads = reads;
    }

    /** The newest first. */
    Page<DeadLetterView> list(Caller caller, DeadLetterFilter filter) {
        var found = reads.read(() -> store.list(caller.organization(), filter));
        if (found.size() <= filter.limit()) {
            return new Page<>(found, null);
        }
        var shown = found.subList(0, filter.limit());
        return new Page<>(shown, filter.cursorAfter(shown.getLast()));
    }

    /** A dead letter; 404 when there is none, as for a task that is not dead. */
    DeadLetterView get(Caller caller, UUID id) {
        return store.find(caller.organization(), id)
                .orElseThrow(() -> unknown(id.toString()).exception());
    }

    /**
     * Does what is dead again as a new task: of a delivery, the task it names. A repetition answers
     * the same new task.
     */
    Redriven redrive(Caller caller, UUID id) {
        var letter = store.find(caller.organization(), id);
        var task = new TaskId(letter.map(DeadLetters::taskOf).orElse(id));
        var redrivability =
                store.redrivability(caller.organization(), task)
                        .orElseThrow(() ->
                                letter.isPresent()
                                        ? notRedrivable(
                                                "It names task " + task + ", which there is not.")
                                        : unknown(id.toString()).exception());
        if (!redrivability.dead()) {
            throw notDead(task, redrivability);
        }
        if (redrivability.expired()) {
            throw notRedrivable(
                    "The expires_at of task "
                            + task
                            + " has passed: whoever asked for it has no use for it any more.");
        }
        return redrives.redrive(caller, task);
    }

    private static UUID taskOf(DeadLetterView letter) {
        if (letter.taskId() == null) {
            throw notRedrivable("Its entry names no task: " + letter.reason() + ".");
        }
        return letter.taskId();
    }

    static Problem unknown(String id) {
        return Problem.of(
                type("dead-letter-unknown"),
                HttpStatus.NOT_FOUND,
                "No such dead letter",
                "There is no dead letter '" + id + "'.");
    }

    private static RuntimeException notRedrivable(String reason) {
        return Problem.of(
                        type("dead-letter-not-redrivable"),
                        HttpStatus.CONFLICT,
                        "Dead letter cannot be redriven",
                        reason + " Submit a new task instead.")
                .exception();
    }

    private static RuntimeException notDead(
            TaskId task, DeadLetterStore.Redrivability redrivability) {
        return Problem.of(
                        type("not-a-dead-letter"),
                        HttpStatus.CONFLICT,
                        "Not a dead letter",
                        "Task "
                                + task
                                + " is "
                                + redrivability.state()
                                + (redrivability.failureKind() == null
                                        ? ""
                                        : " (" + redrivability.failureKind() + ")")
                                + ". Only a task that ended by a failure another try may mend, and that nobody cancelled, can be redriven.")
                .with("state", redrivability.state())
                .exception();
    }
}
