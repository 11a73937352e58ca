package dev.kohakku.dispatcher.backend;

import dev.kohakku.common.task.ImageReference;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * An engine that can hold images. Implemented by backends whose capability says so; called through
 * {@code PullGate} only.
 */
public interface ImagePuller {

    /** Whether the engine has the image now. Blocks for one request. */
    boolean has(ImageReference image) throws InterruptedException;

    /**
     * Pulls the image, with the stored login of its registry where there is one, else with the
     * engine's own credentials. Blocks up to {@code deadline}; an interrupt gives the pull up.
     *
     * @param progress told now and then how far it is, in words for people; must not block for long
     * @throws BackendException classified: not found, denied, or failed for now
     */
    void pull(WantedImage image, Duration deadline, Consumer<String> progress)
            throws InterruptedException;
}
