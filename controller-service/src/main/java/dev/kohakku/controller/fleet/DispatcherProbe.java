package dev.kohakku.controller.fleet;

/** Finds out whether the process that holds a dispatcher id is still there. */
@FunctionalInterface
interface DispatcherProbe {

    /**
     * Whether the holder proves alive. Blocks for two seconds at most; a failure means no.
     *
     * @param newcomerUrl where the process that wants the id is
     */
    boolean isAlive(DispatcherStore.Holder holder, String newcomerUrl);
}
