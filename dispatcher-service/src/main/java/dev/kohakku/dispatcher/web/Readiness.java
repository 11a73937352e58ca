package dev.kohakku.dispatcher.web;

import java.util.Optional;

/** One thing this process needs before it can take work. */
public interface Readiness {

    /** Its name in {@code /ready}, such as {@code queue}. */
    String name();

    /**
     * Why it is not there now; empty when it is. Thread-safe; answers at once from what is known,
     * or within two seconds.
     */
    Optional<String> obstacle();
}
