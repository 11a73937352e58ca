/**
 * Containers on the Docker engine beside the dispatcher, through docker-java.
 *
 * <p><b>Parts.</b> {@code DockerEngine} is the connection; {@code DockerContainers} makes, finds
 * and removes; {@code DockerExits} waits and stops; {@code DockerLogs} reads; {@code DockerImages}
 * pulls. {@link dev.kohakku.dispatcher.backend.docker.DockerBackend} joins them.
 *
 * <p><b>What can go wrong.</b> A request hangs: the transport's own timeouts do not work on a Unix
 * socket, so {@code DockerEngine} gives each request a thread and a limit. A reply is lost: the
 * container's name is the attempt's, so it is found. A wait or a log stream is cut or goes silent:
 * neither means an end, so the container is looked at again.
 */
@NullMarked
package dev.kohakku.dispatcher.backend.docker;

import org.jspecify.annotations.NullMarked;
