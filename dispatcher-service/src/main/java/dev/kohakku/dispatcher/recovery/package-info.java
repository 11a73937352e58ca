/**
 * Holds what runs against what should run.
 *
 * <p><b>Flow.</b> At a check-in the Controller names the attempts this dispatcher owns; with every
 * heartbeat those to cancel, to let go and to resume. Each resumed attempt is claimed again and run
 * from the top. A loop compares the backends' containers with the attempts in work.
 *
 * <p><b>What can go wrong.</b> A container nobody tracks is destroyed only after a grace and after
 * the Controller has said that its attempt is over; one that another dispatcher owns is left alone.
 */
@ApplicationModule(
        displayName = "recovery",
        allowedDependencies = {"attempt", "backend", "report", "identity"})
@NullMarked
package dev.kohakku.dispatcher.recovery;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
