/** Log lines: numbered, live in Redis, archived in the object store. */
@NullMarked
package dev.kohakku.common.log;

import org.jspecify.annotations.NullMarked;
