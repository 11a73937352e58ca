/**
 * What the Controller and the workflow worker tell each other through Temporal: names and records
 * that look the same to every JSON library, so nothing but {@code java.*} is in them.
 *
 * <p><b>What can go wrong.</b> A worker and a Controller of different versions meet, and a history
 * written years ago is replayed: a component of a record is added as one that may be missing, and
 * none is ever renamed or removed.
 */
@NullMarked
package dev.kohakku.common.wire.workflow;

import org.jspecify.annotations.NullMarked;
