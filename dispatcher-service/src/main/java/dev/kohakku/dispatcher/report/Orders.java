package dev.kohakku.dispatcher.report;

import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.common.wire.Prefetch;
import java.util.List;

/**
 * What the Controller wants done, repeated until it is. Every method is idempotent, returns at once
 * and does its work elsewhere.
 */
public interface Orders {

    /** Cancels these attempts. */
    void cancel(List<AttemptRef> attempts);

    /** Stops acting for these, and destroys what is held. */
    void letGo(List<AttemptRef> attempts);

    /** Claims these and runs them from the top. */
    void resume(List<AttemptRef> attempts);

    /** Pulls these images before any attempt needs them, and tells what came of it. */
    void prefetch(List<Prefetch> images);
}
