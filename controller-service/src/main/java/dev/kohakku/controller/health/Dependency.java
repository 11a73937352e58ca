package dev.kohakku.controller.health;

import java.util.Optional;

/**
 * Something a process works with and can do without for a while: while it is away the process is
 * degraded, says so, and goes on serving. Each bean of this type is named in {@code /ready/}.
 * Implementations are thread-safe.
 */
public interface Dependency {

    /** Its name in {@code /ready/}, such as {@code redis}. */
    String name();

    /**
     * What is wrong with it now, in words for an operator; empty when nothing is. May block: who
     * asks gives up after about two seconds. An exception counts as an obstacle, with its message.
     */
    Optional<String> obstacle() throws Exception;
}
