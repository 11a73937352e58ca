package dev.kohakku.controller.attempt;

import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.RuntimeTarget;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskState;
import dev.kohakku.common.wire.Claim;
import dev.kohakku.common.wire.Claimed;
import dev.kohakku.common.wire.Problems;
import dev.kohakku.controller.dispatch.Outbox;
import dev.kohakku.controller.fleet.Dispatchers;
import dev.kohakku.controller.fleet.LiveDispatcher;
import dev.kohakku.controller.task.Fence;
import dev.kohakku.controller.task.TaskHistory;
import dev.kohakku.controller.task.Transition;
import dev.kohakku.controller.task.Transitions;
import dev.kohakku.controller.web.Problem;
import dev.kohakku.controller.web.ProblemException;
import java.util.Locale;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Decides who owns an attempt. */
@Component
class Claims {

    private final AttemptStore store;
    private final Transitions transitions;
    private final TaskHistory history;
    private final Dispatchers dispatchers;
    private final Outbox outbox;
    private final AttemptDeadlines deadlines;
    private final Grants grants;

    Claims(
            AttemptStore store,
            Transitions transitions,
            TaskHistory history,
            Dispatchers dispatchers,
            Outbox outbox,
            AttemptDeadlines deadlines,
            Grants grants) {
        this.store = store;
        this.transitions = transitions;
        this.history = history;
        this.dispatchers = dispatchers;
        this.outbox = outbox;
        this.deadlines = deadlines;
        this.grants = grants;
    }

    /** What became of a claim. Not an exception: a refusal may have something to commit. */
    sealed interface Result {

        record Granted(Claimed claimed) implements Result {}

        record Refused(Problem problem) implements Result {}
    }

    /**
     * Claims an attempt. The lock on the task's row decides between claimers, and between a claim
     * and a cancel.
     */
    @Transactional
    public Result claim(TaskId task, int attempt, Claim claim) {
        var found = store.lock(task);
        if (found.isEmpty()) {
            return new Result.Refused(Problem.taskUnknown(task.toString()));
        }
        var standing = found.get();
        if (standing.attempt().number() < attempt) {
            // why not superseded: only a database restored from a backup knows less than a claimer,
            // and what that attempt runs must not be destroyed because of it.
            return new Result.Refused(
                    pending(
                            "The current attempt of the task is "
                                    + standing.attempt().number()
                                    + ", attempt "
                                    + attempt
                                    + " has not begun."));
        }
        if (standing.attempt().number() > attempt) {
            return new Result.Refused(
                    AttemptRefusals.superseded(
                            "The current attempt of the task is "
                                    + standing.attempt().number()
                                    + ", not "
                                    + attempt
                                    + "."));
        }
        return switch (standing.state()) {
            case PENDING ->
                    new Result.Refused(
                            pending(
                                    "The attempt is not on a queue now; it will be delivered again."));
            case QUEUED -> claimQueued(standing, claim);
            case PROVISIONING, RUNNING, CANCELLING -> claimOwned(standing, claim);
            case COMPLETED, FAILED, TIMED_OUT, CANCELLED ->
                    new Result.Refused(
                            AttemptRefusals.ended("The task ended as " + standing.state() + "."));
        };
    }

    private static Problem pending(String detail) {
        return Problem.of(Problems.ATTEMPT_PENDING, HttpStatus.CONFLICT, "Attempt pending", detail);
    }

    private Result claimQueued(Standing standing, Claim claim) {
        var target = standing.spec().runtimeTarget();
        var dispatcher = known(claim);
        // why healthy: one that has read it with another backend would only fail it, while another
        // dispatcher may run it. The Enqueuer offers it to none that is not.
        if (!dispatcher.serves(target)) {
            outbox.offerAgain(standing.attempt());
            return new Result.Refused(AttemptRefusals.targetNotServed(misfit(dispatcher, target)));
        }
        var epoch = new Epoch(standing.epoch().value() + 1);
        store.own(standing.attempt(), claim, epoch, dispatcher.scopeOf(target.type()).orElse(null));
        var moved =
                transitions.apply(
                        Transition.to(
                                        TaskState.PROVISIONING,
                                        standing.task(),
                                        new Fence(standing.attempt().number(), epoch),
                                        deadlines.provisioning(standing.spec()),
                                        Standing.actorOf(claim.dispatcherId()))
                                .saying(
                                        "Claimed by dispatcher '" + claim.dispatcherId() + "'",
                                        Map.of("instance", claim.instance())));
        if (!moved) {
            throw new IllegalStateException(
                    standing.attempt() + " was QUEUED under our lock and cannot be claimed");
        }
        return granted(standing, epoch, TaskState.PROVISIONING);
    }

    private static String misfit(LiveDispatcher dispatcher, RuntimeTarget target) {
        return "Dispatcher '"
                + dispatcher.id()
                + "' "
                + lackOf(dispatcher, target)
                + "; the attempt is offered to others.";
    }

    private static String lackOf(LiveDispatcher dispatcher, RuntimeTarget target) {
        if (!dispatcher.isChosenBy(target)) {
            return "lacks the labels the task asks for in pool '" + target.pool() + "'";
        }
        return dispatcher.has(target)
                ? "said last that its backend '" + nameOf(target.type()) + "' is not healthy"
                : "has no backend '" + nameOf(target.type()) + "'";
    }

    private Result claimOwned(Standing standing, Claim claim) {
        var owner = standing.owner();
        if (!claim.dispatcherId().equals(owner.dispatcherId())) {
            return new Result.Refused(
                    AttemptRefusals.owned(
                            "Dispatcher '" + owner.dispatcherId() + "' owns the attempt."));
        }
        // why asked: a process that was replaced, or is being given up, must not take its attempts
        // back.
        var dispatcher = known(claim);
        var type = standing.spec().runtimeTarget().type();
        if (!dispatcher.has(type)) {
            return new Result.Refused(backendGone(claim, type));
        }
        if (claim.instance().equals(owner.instance())) {
            return granted(standing, standing.epoch(), standing.state());
        }
        var reached = dispatcher.scopeOf(type).orElse(null);
        var scope = store.scopeOf(standing.attempt()).orElse(null);
        if (scope != null && reached != null && !scope.equals(reached)) {
            return new Result.Refused(elsewhere(claim, scope, reached));
        }
        var epoch = new Epoch(standing.epoch().value() + 1);
        store.own(standing.attempt(), claim, epoch, reached);
        history.append(
                standing.attempt(),
                epoch,
                "claimed_again",
                Standing.actorOf(claim.dispatcherId()),
                owner.instance() == null
                        ? "Dispatcher '" + claim.dispatcherId() + "' takes over what it was handed"
                        : "Taken over by a new process of dispatcher '"
                                + claim.dispatcherId()
                                + "'",
                Map.of("instance", claim.instance()));
        return granted(standing, epoch, standing.state());
    }

    /** why refused: who cannot look after the container must not keep others from it. */
    private static Problem backendGone(Claim claim, RuntimeType type) {
        return AttemptRefusals.targetNotServed(
                "Dispatcher '"
                        + claim.dispatcherId()
                        + "' has no backend '"
                        + nameOf(type)
                        + "' any more.");
    }

    private static String nameOf(RuntimeType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    /** why refused: what cannot be found where it is not looked for would count as gone. */
    private static Problem elsewhere(Claim claim, String scope, String reached) {
        return AttemptRefusals.targetNotServed(
                "The container is or was in scope '"
                        + scope
                        + "', and dispatcher '"
                        + claim.dispatcherId()
                        + "' now reaches scope '"
                        + reached
                        + "' only.");
    }

    private LiveDispatcher known(Claim claim) throws ProblemException {
        return dispatchers
                .find(claim.dispatcherId(), claim.instance())
                .orElseThrow(() -> Dispatchers.unknown(claim.dispatcherId(), claim.instance()));
    }

    private Result granted(Standing standing, Epoch epoch, TaskState state) {
        return new Result.Granted(grants.to(standing, epoch, state));
    }
}
