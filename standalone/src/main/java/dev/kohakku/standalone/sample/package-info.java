/**
 * The task that a start dispatches to show that everything works: through the public API, as any
 * client would.
 *
 * <p><b>Parts.</b> {@code DockerEngine} asks the engine, {@code SampleImage} makes the image where
 * there is no network to pull one, {@code Sample} dispatches and follows.
 */
@NullMarked
package dev.kohakku.standalone.sample;

import org.jspecify.annotations.NullMarked;
