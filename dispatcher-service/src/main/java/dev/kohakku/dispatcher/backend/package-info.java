/**
 * Where containers run: one small contract, one package per backend.
 *
 * <p><b>Parts.</b> {@link dev.kohakku.dispatcher.backend.ContainerBackend} and its values; {@code
 * docker} and {@code process} implement it; {@link dev.kohakku.dispatcher.backend.Backends} holds
 * those that this dispatcher serves.
 *
 * <p><b>What can go wrong.</b> A start whose reply is lost: the container's name is the attempt's,
 * so {@code find} answers what became of it. Nothing above this package knows which backend it
 * talks to.
 */
@ApplicationModule(
        displayName = "backend",
        allowedDependencies = {})
@NullMarked
package dev.kohakku.dispatcher.backend;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
