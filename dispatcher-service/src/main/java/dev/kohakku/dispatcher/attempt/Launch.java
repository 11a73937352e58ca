package dev.kohakku.dispatcher.attempt;

import dev.kohakku.dispatcher.backend.ContainerHandle;

/** What came of the search for an attempt's container, and of its start. */
sealed interface Launch {

    /** There is a container, in whatever state. */
    record Launched(ContainerHandle handle) implements Launch {}

    /** There is none and there will be none. */
    record NeverRan(Ending ending) implements Launch {}
}
