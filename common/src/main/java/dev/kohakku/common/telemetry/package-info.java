/** Names of metrics, MDC keys and trace attributes; readings that take a query. */
@NullMarked
package dev.kohakku.common.telemetry;

import org.jspecify.annotations.NullMarked;
