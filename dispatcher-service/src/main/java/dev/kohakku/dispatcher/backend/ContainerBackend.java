package dev.kohakku.dispatcher.backend;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.RuntimeType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Runs containers. Every method blocks, is thread-safe, and may be interrupted: an interrupt ends
 * the waiting and never touches the container. Failures of the engine are {@link BackendException}s
 * that carry a failure kind.
 */
public interface ContainerBackend {

    /** The kind of target this serves; a dispatcher has at most one backend of each. */
    RuntimeType type();

    /** What this backend can do beyond the contract. */
    Capabilities capabilities();

    /**
     * What its containers can be reached through, stable for as long as they can. Asks the engine
     * once, then remembers.
     */
    String scope();

    /** Whether the engine accepts work now; an answer, never an exception, within five seconds. */
    BackendHealth health();

    /**
     * Makes and starts the attempt's container. Its image is present where {@link
     * Capabilities#images} says that pulls apply. Idempotent by attempt: an existing container of
     * the attempt is returned, started or made anew if it never was; there is never a second one,
     * and one that has run is not run again. Returns once its program runs or has run: where the
     * engine schedules and pulls by itself it waits that long, without a limit of its own, and an
     * interrupt leaves the container on its way.
     *
     * @param permit asked once the container is made, as the last thing before it is started; not
     *     asked where nothing is to be started
     * @param progress told what a start waits for that takes its time
     * @throws BackendException with {@link BackendException#isUnknown} when the outcome is not
     *     known: look with {@link #find}, then call again; otherwise nothing runs
     * @throws StartForbiddenException when the permit was refused: nothing ran by this call, and
     *     what it found is left as it was. What it made is removed, unless somebody else has
     *     started it by now. Where the engine does not {@linkplain Capabilities#remembersRuns
     *     remember runs}, it stays after either exception, unstarted: it shows the next owner that
     *     nothing ran, and is to be destroyed once the attempt's end is reported
     */
    ContainerHandle start(ContainerSpec spec, StartPermit permit, StartProgress progress)
            throws InterruptedException;

    /** The attempt's container, in whatever state, made by any process. */
    Optional<ContainerHandle> find(AttemptId attempt) throws InterruptedException;

    /** How the container stands now. Missing is an answer. */
    ContainerStatus inspect(ContainerHandle handle) throws InterruptedException;

    /**
     * Waits without limit until the container is not running any more. A lost connection to the
     * engine is not an end: it looks again until it knows.
     *
     * @return {@link ContainerStatus.Exited}, {@link ContainerStatus.Failed} or {@link
     *     ContainerStatus.Missing}
     */
    ContainerStatus awaitExit(ContainerHandle handle) throws InterruptedException;

    /**
     * Ends the container: TERM, wait up to {@code grace}, KILL, and returns only once it is
     * verified not running. Idempotent; a missing or ended container is fine.
     *
     * @param progress told of each signal sent and of the verified end
     */
    void stop(ContainerHandle handle, Duration grace, StopProgress progress)
            throws InterruptedException;

    /**
     * Removes the container and all it left on the backend, running or not. Idempotent; missing is
     * fine.
     */
    void destroy(ContainerHandle handle) throws InterruptedException;

    /**
     * Every container of this installation on this backend, in whatever state; never one of anybody
     * else.
     */
    List<ContainerHandle> list() throws InterruptedException;
}
