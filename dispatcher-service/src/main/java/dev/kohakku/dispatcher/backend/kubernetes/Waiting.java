package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.common.task.FailureKind;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why a container does not run yet.
 *
 * @param step of the timeline
 * @param words the cluster's own
 * @param broken why it never will; null while it may
 */
record Waiting(String step, String words, @Nullable FailureKind broken) {

    private static final String PAUSE = "ImagePullBackOff";

    /** Whether a pull has failed and the node waits before it tries again. */
    boolean isPause() {
        return words.startsWith(PAUSE);
    }

    boolean isPull() {
        return step.equals("pulling");
    }

    /** Reads a container's waiting state. */
    static Waiting of(String reason, String message) {
        var words = PodStates.words(reason, message);
        return switch (reason) {
            case "ErrImagePull", PAUSE, "RegistryUnavailable" ->
                    new Waiting(
                            "pulling", words, ImagePullWords.permanentKindOf(message).orElse(null));
            case "ErrImageNeverPull", "InvalidImageName" ->
                    new Waiting("pulling", words, FailureKind.IMAGE_NOT_FOUND);
            case "ImageInspectError" -> new Waiting("pulling", words, null);
            case "CreateContainerConfigError" ->
                    new Waiting(
                            "creating", words, mayCome(message) ? null : FailureKind.START_REFUSED);
            case "CreateContainerError", "RunContainerError", "CrashLoopBackOff" ->
                    new Waiting(
                            "creating",
                            words,
                            isHiccup(message) ? null : FailureKind.START_REFUSED);
            default -> new Waiting("creating", words, null);
        };
    }

    /** A kubelet may see a Pod before it sees the Pod's Secrets. */
    private static boolean mayCome(String message) {
        var said = message.toLowerCase(Locale.ROOT);
        return said.contains("not found")
                || said.contains("failed to sync")
                || said.contains("timed out");
    }

    private static boolean isHiccup(String message) {
        var said = message.toLowerCase(Locale.ROOT);
        return said.contains("deadline exceeded")
                || said.contains("is reserved")
                || said.contains("connection refused")
                || said.contains("transport is closing");
    }
}
