/**
 * Pods of a Kubernetes cluster, one per attempt.
 *
 * <p><b>Parts.</b> {@code KubernetesBackend} is the contract; {@code PodRequest} makes Pod and
 * Secrets of a spec; {@code PodStates} reads what a Pod says; {@code PodWatch} tells of changes;
 * {@code Cluster} asks the API server.
 *
 * <p><b>Flow.</b> A Pod is made behind a scheduling gate, then its Secret, which the Pod owns. With
 * the permit one patch removes the gate and adds a finalizer: from then on the Pod object stays,
 * with its end, until {@code destroy}. A watch says that something has changed; what it is, is
 * read.
 *
 * <p><b>What can go wrong.</b> A watch ends, goes silent or is too old: the list is read anew, and
 * every follower looks for itself now and then. A reply that is lost is found by the Pod's name. A
 * node that is lost never says how its containers ended: see {@code docs/decisions/0011}.
 */
@NullMarked
package dev.kohakku.dispatcher.backend.kubernetes;

import org.jspecify.annotations.NullMarked;
