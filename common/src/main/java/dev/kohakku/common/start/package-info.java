/** What stops a service at its start, with a sentence instead of a stack trace. */
@NullMarked
package dev.kohakku.common.start;

import org.jspecify.annotations.NullMarked;
