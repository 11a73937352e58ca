package dev.kohakku.dispatcher.report;

import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.common.wire.BackendStatus;
import java.util.List;

/** What this process says of itself. Thread-safe; answers from memory, without delay. */
public interface DispatcherStatus {

    /** How many attempts it works on at most. */
    int capacity();

    /** How many more it would take now. */
    int freeSlots();

    /** Every claimed attempt it works on. */
    List<AttemptRef> running();

    /** Its backends as they were when last looked at. */
    List<BackendStatus> backends();
}
