/**
 * Brings a container's output to the live log and the archive.
 *
 * <p><b>Parts.</b> {@link dev.kohakku.dispatcher.log.LogShipper} opens a {@link
 * dev.kohakku.dispatcher.log.LogShipment} per attempt; a {@code ChunkBuffer} holds the lines
 * between two archived chunks, from which a sender feeds the live log.
 *
 * <p><b>Flow.</b> The output is always read from its first byte, so numbers are the same at every
 * reading. What the archive has is passed over; the rest goes live in small batches and into the
 * archive in chunks.
 *
 * <p><b>What can go wrong.</b> Redis away: the live log lags, the archive does not. Object store
 * away: reading stops until it is back, the output stays in the engine. Part of the output lost: an
 * event of the attempt says so, because a line would take the number of a real one.
 */
@ApplicationModule(
        displayName = "log",
        allowedDependencies = {})
@NullMarked
package dev.kohakku.dispatcher.log;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
