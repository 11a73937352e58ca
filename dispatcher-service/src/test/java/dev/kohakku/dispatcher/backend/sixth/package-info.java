/**
 * The sixth backend, written from {@code docs/checklists/new-backend.md} alone: whether the
 * boundary is as small as it says. Its containers are threads of this process.
 */
@NullMarked
package dev.kohakku.dispatcher.backend.sixth;

import org.jspecify.annotations.NullMarked;
