package dev.kohakku.controller.workflow;

import static dev.kohakku.common.wire.Problems.type;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import dev.kohakku.controller.access.Caller;
import dev.kohakku.controller.database.ReplicaReads;
import dev.kohakku.controller.web.Page;
import dev.kohakku.controller.web.Problem;
import java.util.UUID;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** What can be done with workflow instances. Every method blocks; none asks Temporal. */
@Component
class WorkflowInstances {

    private final WorkflowInstanceStore store;
    private final ApplicationEventPublisher events;
    private final ReplicaReads reads;
    private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();

    WorkflowInstances(
            WorkflowInstanceStore store, ApplicationEventPublisher events, ReplicaReads reads) {
        this.store = store;
        this.events = events;
        this.reads = reads;
    }

    /** An instance has something new for Temporal; its transaction is committed. */
    record Due(UUID instance) {}

    /** An instance that was just accepted, or was accepted before under the same key. */
    record Accepted(WorkflowInstance instance, boolean replayed) {}

    /** Accepts a workflow; it is started by and by. Repeatable under an idempotency key. */
    Accepted submit(Caller caller, WorkflowSubmission submission) {
        var id = ids.generate();
        if (store.insert(id, caller, submission)) {
            events.publishEvent(new Due(id));
            return new Accepted(get(caller, id), false);
        }
        var key = String.valueOf(submission.key());
        // why present: the insert met it, and instances are never deleted.
        var bound = store.findKey(caller.project(), key).orElseThrow();
        if (!bound.inputSha256().equals(submission.sha256())) {
            throw Problem.of(
                            type("idempotency-key-reused"),
                            HttpStatus.UNPROCESSABLE_CONTENT,
                            "Idempotency key used for another body",
                            "The Idempotency-Key '"
                                    + key
                                    + "' belongs to a request with another body; make up a new one.")
                    .with("workflow_instance_id", bound.id().toString())
                    .exception();
        }
        return new Accepted(get(caller, bound.id()), true);
    }

    /** An instance of the caller's organization; 404 when there is none. */
    WorkflowInstance get(Caller caller, UUID id) {
        return store.find(caller.organization(), id)
                .orElseThrow(() -> unknown(id.toString()).exception());
    }

    /** The newest first. */
    Page<WorkflowInstance> list(Caller caller, WorkflowFilter filter) {
        var found = reads.read(() -> store.list(caller.organization(), filter));
        if (found.size() <= filter.limit()) {
            return new Page<>(found, null);
        }
        var shown = found.subList(0, filter.limit());
        return new Page<>(shown, filter.cursorAfter(shown.getLast().id()));
    }

    /** Asks for a cancellation. Repeatable; 409 once the instance has ended. */
    WorkflowInstance cancel(Caller caller, UUID id) {
        var before = get(caller, id);
        if (store.cancelIfNeverStarted(caller.organization(), id, caller.actor())) {
            return get(caller, id);
        }
        if (!store.requestCancelIfLive(caller.organization(), id, caller.actor())) {
            throw ended(before.state().isTerminal() ? before : get(caller, id)).exception();
        }
        events.publishEvent(new Due(id));
        return get(caller, id);
    }

    /** Something has happened to an instance, if it is the id of one. */
    void lookSoon(String id) {
        try {
            store.lookSoon(UUID.fromString(id));
        } catch (IllegalArgumentException _) {
            // A label a client made up: nobody's instance.
            return;
        }
    }

    static Problem unknown(String id) {
        return Problem.of(
                type("workflow-instance-unknown"),
                HttpStatus.NOT_FOUND,
                "No such workflow instance",
                "There is no workflow instance '" + id + "'.");
    }

    private static Problem ended(WorkflowInstance instance) {
        return Problem.of(
                        type("workflow-instance-ended"),
                        HttpStatus.CONFLICT,
                        "Workflow instance has ended",
                        "The workflow instance ended as " + instance.state() + ".")
                .with("state", instance.state())
                .with("finished_at", String.valueOf(instance.finishedAt()));
    }
}
