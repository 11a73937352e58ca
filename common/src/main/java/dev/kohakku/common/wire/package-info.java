/** The HTTP contract between the services: interfaces, their records, signatures. */
@NullMarked
package dev.kohakku.common.wire;

import org.jspecify.annotations.NullMarked;
