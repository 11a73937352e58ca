/**
 * Tells whoever waits for the end of a task: its workflow, its {@code callback_url}.
 *
 * <p><b>Parts.</b> {@code AnnouncementStore} (the outbox {@code task_end_outbox}, written by {@link
 * dev.kohakku.controller.task.Transitions} in the transaction that ends a task), {@code Announcer}
 * (the loop, one per kind, so that a slow receiver never holds up a workflow), {@code
 * WorkflowReceiver}, {@code CallbackUrlReceiver}, {@code AddressRules} (where a callback may go),
 * {@code WebhookSignature} (Standard Webhooks).
 *
 * <p><b>Flow.</b> Take as many rows as there is room for, each out of reach for a while; deliver
 * each on a thread of its own, outside of any transaction, so many at once in all and so many to
 * one host; delete the row, or set when it is tried again. No delivery waits for another.
 *
 * <p><b>What can go wrong.</b> A stop after the delivery: it comes twice, under the same {@code
 * webhook-id}. A receiver that is away is tried for a day, with growing pauses, then given up: the
 * row stays with its last error, and the task's timeline says so.
 */
@ApplicationModule(allowedDependencies = {"role", "task", "workflow"})
@NullMarked
package dev.kohakku.controller.notification;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
