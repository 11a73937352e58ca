/**
 * The release before, this one, and both at once, under load. Run by {@code make upgrade} alone.
 */
package dev.kohakku.e2e.upgrade;
