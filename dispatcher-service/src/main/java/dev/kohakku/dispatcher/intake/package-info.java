/**
 * From a delivery to an attempt that runs.
 *
 * <p><b>Flow.</b> A slot first, then the read, then the claim at the Controller, then the
 * acknowledgement, at once; the attempt goes on without the delivery.
 *
 * <p><b>What can go wrong.</b> A process that stops between read and claim leaves a pending entry,
 * which is taken over after a while. A Controller that is away: the claim is tried again and the
 * entry stays pending. A read that hangs: the age of the last round grows, in a metric and in
 * {@code /ready}.
 */
@ApplicationModule(
        displayName = "intake",
        allowedDependencies = {"attempt", "backend", "report", "identity", "web"})
@NullMarked
package dev.kohakku.dispatcher.intake;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
