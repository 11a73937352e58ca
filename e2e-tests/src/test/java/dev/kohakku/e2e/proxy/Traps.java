package dev.kohakku.e2e.proxy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The traps of one proxy. Thread-safe. */
final class Traps {

    private final List<Trap> armed = new CopyOnWriteArrayList<>();

    void arm(Trap trap) {
        armed.add(trap);
    }

    /** Forgets all of them and lets go what they hold. */
    void disarmAll() {
        armed.forEach(Trap::release);
        armed.clear();
    }

    /** What becomes of a message, after whatever had to be done at it. */
    Fate of(Moment moment, String text) throws InterruptedException {
        for (var trap : armed) {
            if (trap.springsAt(moment, text)) {
                return trap.spring();
            }
        }
        return Fate.PASSES;
    }
}
