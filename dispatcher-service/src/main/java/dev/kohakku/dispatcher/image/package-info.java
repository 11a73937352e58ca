/**
 * Pulls images: a few at once, one pull per image at a time.
 *
 * <p><b>Flow.</b> {@link dev.kohakku.dispatcher.image.PullGate#ensure} asks whether the engine has
 * the image, and if not joins the pull of it that goes on, or begins one.
 *
 * <p><b>What can go wrong.</b> A pull that fails for now is tried again within bounds; one that
 * hangs has a deadline. An attempt that is cancelled while it waits leaves; the last one to leave
 * ends the pull.
 */
@ApplicationModule(displayName = "image", allowedDependencies = "backend")
@NullMarked
package dev.kohakku.dispatcher.image;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
