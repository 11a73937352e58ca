/** The small port by which this process is watched: its metrics, and whether it lives. */
@NullMarked
package dev.kohakku.workflow.metrics;

import org.jspecify.annotations.NullMarked;
