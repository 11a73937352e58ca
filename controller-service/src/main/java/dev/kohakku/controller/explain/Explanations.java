package dev.kohakku.controller.explain;

import dev.kohakku.common.task.TaskId;
import dev.kohakku.controller.access.Caller;
import dev.kohakku.controller.database.ReplicaReads;
import dev.kohakku.controller.dispatch.DispatchProperties;
import dev.kohakku.controller.fleet.Dispatchers;
import dev.kohakku.controller.rescue.RescueProperties;
import dev.kohakku.controller.web.Problem;
import java.util.List;
import java.util.Objects;
import org.springframework.stereotype.Component;

/** Gathers what is known of a task and explains it. */
@Component
class Explanations {

    private final ExplainStore store;
    private final Dispatchers dispatchers;
    private final StreamDepths depths;
    private final DispatchProperties dispatch;
    private final RescueProperties rescue;
    private final ReplicaReads reads;

    Explanations(
            ExplainStore store,
            Dispatchers dispatchers,
            StreamDepths depths,
            DispatchProperties dispatch,
            RescueProperties rescue,
            ReplicaReads reads) {
        this.store = store;
        this.dispatchers = dispatchers;
        this.depths = depths;
        this.dispatch = dispatch;
        this.rescue = rescue;
        this.reads = reads;
    }

    /**
     * Why a task of the caller's organization stands where it stands; 404 when there is none.
     * Blocks on Postgres and, while the task waits for a claim, on Redis, which may be away.
     */
    Explanation of(Caller caller, TaskId task) {
        return reads.settled(
                () ->
                        store.find(caller.organization(), task)
                                .filter(found -> found.task().state().isTerminal())
                                .map(this::explain),
                () ->
                        store.find(caller.organization(), task)
                                .map(this::explain)
                                .orElseThrow(
                                        () -> Problem.taskUnknown(task.toString()).exception()));
    }

    private Explanation explain(ExplainStore.Found found) {
        return Explainer.explain(gather(found));
    }

    private Facts gather(ExplainStore.Found found) {
        var task = found.task();
        var evidence = store.evidence(task);
        return switch (task.state()) {
            case PENDING -> pending(task, evidence);
            case QUEUED -> queued(task, evidence);
            case PROVISIONING, RUNNING, CANCELLING ->
                    new Facts.Owned(
                            task,
                            evidence,
                            dispatchers.live(),
                            found.owner(),
                            store.adopters(task.id()),
                            rescue.lostAfter());
            case COMPLETED, FAILED, TIMED_OUT, CANCELLED ->
                    new Facts.Ended(task, evidence, found.end());
        };
    }

    private Facts pending(Facts.Task task, List<Explanation.Evidence> evidence) {
        var live = dispatchers.live();
        var streams =
                Unserved.serving(task.target(), live).stream()
                        .map(each -> each.queueFor(task.target().type()))
                        .distinct()
                        .toList();
        return new Facts.Pending(
                task,
                evidence,
                live,
                depths.of(streams),
                dispatch.streamDepth(),
                store.goingFirst(task));
    }

    private Facts queued(Facts.Task task, List<Explanation.Evidence> evidence) {
        // why before the depth: what is claimed in between makes the stream shorter, and must not
        // look like a loss.
        var depth = depths.of(Objects.requireNonNullElse(task.queue(), ""));
        return new Facts.Queued(
                task,
                evidence,
                dispatchers.live(),
                depth,
                store.line(task),
                rescue.unclaimedAfter());
    }
}
