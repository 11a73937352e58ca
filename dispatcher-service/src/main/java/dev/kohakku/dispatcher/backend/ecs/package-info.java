/**
 * Containers as tasks of an AWS ECS cluster, on Fargate or on its own instances, through the AWS
 * SDK.
 *
 * <p><b>Parts.</b> {@code EcsApi} calls AWS within {@code ApiBudget}s that learn from throttling;
 * {@code TaskDefinitions} registers what is run, once per content; {@code TaskLaunches} runs it;
 * {@code TaskRoster} finds and lists; {@code TaskPoller} looks at all that is watched, a hundred at
 * a time; {@code EcsStates} reads what ECS says of an end; {@code CloudWatchLogs} reads output.
 * {@link dev.kohakku.dispatcher.backend.ecs.EcsBackend} joins them.
 *
 * <p><b>What can go wrong.</b> A reply is lost: the attempt is the call's {@code clientToken}, so
 * the next call gets the same task. A new task is not to be seen yet: what was just made here is
 * believed in for a minute. A call is throttled: it waits, whatever disguise the throttle comes in.
 * ECS forgets a task an hour after its end, and cannot remove one before: {@code Tombstones} says
 * which ones are done with.
 */
@NullMarked
package dev.kohakku.dispatcher.backend.ecs;

import org.jspecify.annotations.NullMarked;
