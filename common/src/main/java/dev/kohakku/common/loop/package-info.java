/** The one shape of all background work. */
@NullMarked
package dev.kohakku.common.loop;

import org.jspecify.annotations.NullMarked;
