/**
 * Checks what {@code deploy/k8s} and {@code deploy/helm} come to: the objects, as they are
 * rendered, against the API's schemas and the house's own rules.
 */
@NullMarked
package dev.kohakku.e2e.kubernetes;

import org.jspecify.annotations.NullMarked;
