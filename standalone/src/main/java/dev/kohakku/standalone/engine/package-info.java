/**
 * The engines of the platform as plain objects of this JVM: Postgres, Redis, an S3 store, Temporal.
 *
 * <p><b>Parts.</b> One class per engine. Each has a {@code start()} for tests, which keeps
 * everything in a directory that {@code close()} removes, and a {@code start(directory, port)} that
 * keeps what it is told to keep. {@link dev.kohakku.standalone.engine.TestEngines} shares one of
 * each per JVM.
 *
 * <p><b>What can go wrong.</b> Postgres and Redis are processes of their own and survive a JVM that
 * is killed; the launcher's guard ends them.
 */
@NullMarked
package dev.kohakku.standalone.engine;

import org.jspecify.annotations.NullMarked;
