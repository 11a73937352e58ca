/**
 * Holds what runs against what should run.
 *
 * <p><b>Flow.</b> At a check-in the Controller names the attempts this dispatcher owns; with every
 * heartbeat those to cancel, to let go and to resume. Each resumed attempt is claimed again and run
 * from the top. A loop tells the Controller what containers the backends hold; the Controller
 * compares them with its records and names those that are to go. Images that the Controller wants
 * in place ahead are pulled on the side.
 *
 * <p><b>What can go wrong.</b> A container is destroyed only by the Controller's word, and not
 * while this process works on its attempt. A backend that cannot be searched is left out of an
 * inventory, so that nothing follows from its silence. A stop in the middle of a round loses
 * nothing.
 */
@ApplicationModule(
        displayName = "recovery",
        allowedDependencies = {"attempt", "backend", "image", "report", "identity"})
@NullMarked
package dev.kohakku.dispatcher.recovery;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
