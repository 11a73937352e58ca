/**
 * Names of metrics, their buckets, MDC keys; the spans of a task; how logs are written; readings
 * that take a query.
 */
@NullMarked
package dev.kohakku.common.telemetry;

import org.jspecify.annotations.NullMarked;
