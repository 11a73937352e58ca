package dev.kohakku.controller.web;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.function.BooleanSupplier;

/**
 * One request while it is handled. It is stopped by an interrupt of its thread, and never later
 * than its end: stop and end exclude each other, and the end takes an interrupt back that has
 * stopped nothing, so that none is left for the next request on the same thread.
 *
 * <p>An interrupt ends what a request waits for: a connection of the pool, an answer of Redis or
 * the object store. A virtual thread that waits for an answer of Postgres loses that connection;
 * the pool drops it and makes another, and the server rolls back.
 */
final class TimedRequest {

    private static final String KEPT = TimedRequest.class.getName();

    /** Where a request is. */
    private enum Phase {
        /** The time-out may stop it. Its own end moves it on, at the latest the time-out. */
        RUNNING,
        /** Declared long-lived by its endpoint: only its own end moves it on. */
        EXEMPT,
        /** Interrupted: it ends by itself, or its connection is closed. */
        STOPPED,
        /** Its thread may be another request's. */
        ENDED
    }

    private final Thread thread = Thread.currentThread();
    private final long begun = System.nanoTime();
    private final String name;
    private final String connection;
    private final BooleanSupplier answered;
    private Phase phase = Phase.RUNNING;
    private long stopped;
    private boolean overdue;

    /**
     * @param name for the log
     * @param answered whether the answer has begun
     */
    TimedRequest(String name, String connection, BooleanSupplier answered) {
        this.name = name;
        this.connection = connection;
        this.answered = answered;
    }

    /** For a request that the calling thread begins to handle. */
    static TimedRequest begin(HttpServletRequest request, HttpServletResponse response) {
        var timed =
                new TimedRequest(
                        ProblemFilter.nameOf(request),
                        request.getServletConnection().getConnectionId(),
                        response::isCommitted);
        request.setAttribute(KEPT, timed);
        return timed;
    }

    /** Whether the request was stopped. Takes the interrupt back, so that it can be answered. */
    static boolean wasStopped(ServletRequest request) {
        return request.getAttribute(KEPT) instanceof TimedRequest timed && timed.takeStop();
    }

    /** The work is done; what is left is to read what the client still sends. */
    static void noteEnd(ServletRequest request) {
        if (request.getAttribute(KEPT) instanceof TimedRequest timed) {
            timed.end();
        }
    }

    /** The time-out is not for this request. */
    static void exempt(ServletRequest request) {
        if (request.getAttribute(KEPT) instanceof TimedRequest timed) {
            timed.exempt();
        }
    }

    String name() {
        return name;
    }

    String connection() {
        return connection;
    }

    synchronized void end() {
        if (phase == Phase.STOPPED) {
            Thread.interrupted();
        }
        phase = Phase.ENDED;
    }

    private synchronized void exempt() {
        if (phase == Phase.RUNNING) {
            phase = Phase.EXEMPT;
        }
    }

    private synchronized boolean takeStop() {
        if (stopped == 0) {
            return false;
        }
        Thread.interrupted();
        return true;
    }

    /**
     * Interrupts a request that takes longer than this.
     *
     * @return whether it did just now
     */
    synchronized boolean stopAfter(long nanos) {
        var now = System.nanoTime();
        if (phase != Phase.RUNNING || now - begun < nanos) {
            return false;
        }
        phase = Phase.STOPPED;
        stopped = now;
        thread.interrupt();
        return true;
    }

    /**
     * Whether only the end of its connection ends it: once, and because its answer has begun or
     * because the interrupt did not help for so long.
     */
    synchronized boolean isToBeCut(long graceNanos) {
        if (phase != Phase.STOPPED || overdue) {
            return false;
        }
        overdue = answered.getAsBoolean() || System.nanoTime() - stopped >= graceNanos;
        return overdue;
    }
}
