package dev.kohakku.controller.leak;

/** How a container and the records can disagree. */
enum LeakKind {
    /**
     * The container is there, its attempt is over or unknown. Resolved by an inventory of its scope
     * without it; until then dispatchers are ordered to destroy it.
     */
    DANGLING,
    /**
     * The attempt is recorded as running, an inventory of its scope lacks the container. Resolved
     * by an inventory that has it, or by the attempt's end, which its owner owes.
     */
    PHANTOM,
    /**
     * The attempt ended without the word of its owner, and its scope was not searched since.
     * Resolved by the next inventory of the scope; while nobody searches it, by a person only.
     */
    UNVERIFIED,
    /**
     * The task is past its state's deadline, and the watcher of the state has not acted. Over when
     * the task moves on.
     */
    STUCK
}
