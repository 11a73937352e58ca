/**
 * Log lines: numbered, live in Redis, archived in the object store.
 *
 * <p><b>Parts.</b> {@code LogLine} is numbered per attempt and stream, {@code LogPosition} says how
 * far a reader is in both streams, {@code LiveLog} is quick and forgetful, {@code LogArchive} slow
 * and lasting.
 *
 * <p><b>Flow.</b> A shipper reads the backend's log from its first byte, appends what is new to the
 * live log and stores chunks in the archive. A reader takes the archive first, then the live log
 * from the position the archive reached.
 *
 * <p><b>What can go wrong.</b> Redis loses lines: they come from the archive a little later. A
 * shipper starts again: numbers make the repetition harmless. Two owners overlap: the live log
 * refuses the older epoch, and chunks that overlap are read line by line once.
 */
@NullMarked
package dev.kohakku.common.log;

import org.jspecify.annotations.NullMarked;
