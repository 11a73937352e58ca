package dev.kohakku.dispatcher.backend;

import dev.kohakku.common.task.RuntimeType;

/**
 * Makes one kind of backend. A bean of the backend's own package: naming its type in {@code
 * RUNTIME_BACKEND} is all that it takes to be served.
 */
public interface BackendFactory {

    /** What {@code RUNTIME_BACKEND} names, in lower case. */
    RuntimeType type();

    /**
     * Makes the backend with what belongs to it. Called once, and only where {@code
     * RUNTIME_BACKEND} names it. Asks the engine nothing: a dispatcher starts beside an engine that
     * is down or wrongly addressed, whose backend then is unhealthy and says why.
     *
     * @throws IllegalArgumentException when its settings can never work; the message names the key,
     *     and the dispatcher does not start
     */
    ServedBackend open(Owner owner);

    /**
     * For whom containers are made.
     *
     * @param installation never sees the containers of another one on the same engine
     * @param dispatcher written on the containers, for people; empty where it has no name
     */
    record Owner(String installation, String dispatcher) {}
}
