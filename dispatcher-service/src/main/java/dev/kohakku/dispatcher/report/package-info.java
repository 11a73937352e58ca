/**
 * Everything said to the Controller: check-in, heartbeats, inventories, the farewell, claims,
 * reports, the terminal callback; and what its answers ask for.
 *
 * <p><b>Parts.</b> {@link dev.kohakku.dispatcher.report.Registration} holds the lease and hears of
 * a cordon; {@link dev.kohakku.dispatcher.report.Claims} asks for attempts; {@link
 * dev.kohakku.dispatcher.report.AttemptReporter} sends one attempt's events and its end, in order;
 * {@link dev.kohakku.dispatcher.report.Inventories} says what containers there are; {@link
 * dev.kohakku.dispatcher.report.Orders} is who hears what is to be done.
 *
 * <p><b>What can go wrong.</b> The Controller is away: everything is tried again for ever, with
 * growing pauses, and memory stays bounded because progress events make room. A refusal with a
 * known problem type is an answer: <em>fenced</em> ends all acting for the attempt.
 */
@ApplicationModule(
        displayName = "report",
        allowedDependencies = {"identity", "web"})
@NullMarked
package dev.kohakku.dispatcher.report;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
