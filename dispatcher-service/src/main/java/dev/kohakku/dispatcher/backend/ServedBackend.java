package dev.kohakku.dispatcher.backend;

import dev.kohakku.common.task.RuntimeType;
import java.util.Optional;

/**
 * A backend with what belongs to it.
 *
 * @param containers its containers
 * @param logs their output; refuses every reading where its capabilities say that none is kept
 * @param images where it keeps images; empty where its capabilities say that it has none
 */
public record ServedBackend(
        ContainerBackend containers, ContainerLogs logs, Optional<ImagePuller> images) {

    public ServedBackend {
        if (containers.capabilities().images() != images.isPresent()) {
            throw new IllegalArgumentException(
                    containers.type() + ": the capability 'images' and its puller disagree");
        }
    }

    /** The kind of target it serves. */
    public RuntimeType type() {
        return containers.type();
    }
}
