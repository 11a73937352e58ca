package dev.kohakku.dispatcher.backend;

import dev.kohakku.common.task.ImageReference;
import java.time.Duration;

/**
 * An engine that can hold images. Implemented by backends whose capability says so; called through
 * {@code PullGate} only.
 */
public interface ImagePuller {

    /** Whether the engine has the image now. Blocks for one request. */
    boolean has(ImageReference image) throws InterruptedException;

    /**
     * Pulls the image with the registry's stored credentials, if any. Blocks up to {@code
     * deadline}; an interrupt gives the pull up.
     *
     * @throws BackendException classified: not found, denied, or failed for now
     */
    void pull(ImageReference image, Duration deadline) throws InterruptedException;
}
