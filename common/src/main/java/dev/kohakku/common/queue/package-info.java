/** The queue between Controller and dispatchers: entries are hints, Postgres is the truth. */
@NullMarked
package dev.kohakku.common.queue;

import org.jspecify.annotations.NullMarked;
