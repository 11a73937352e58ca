/** Names of metrics, MDC keys and trace attributes. */
@NullMarked
package dev.kohakku.common.telemetry;

import org.jspecify.annotations.NullMarked;
