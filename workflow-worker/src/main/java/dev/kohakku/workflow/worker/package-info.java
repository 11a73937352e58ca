/** Polls Temporal: connects, registers workflows and activities, and stops in peace. */
@NullMarked
package dev.kohakku.workflow.worker;

import org.jspecify.annotations.NullMarked;
