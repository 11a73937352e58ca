/**
 * The words of the platform: tasks, attempts, states, outcomes. Imports nothing but {@code java.*}.
 */
@NullMarked
package dev.kohakku.common.task;

import org.jspecify.annotations.NullMarked;
