/** Takes attempts from a queue and drives container lifecycles. */
@NullMarked
package dev.kohakku.dispatcher;

import org.jspecify.annotations.NullMarked;
