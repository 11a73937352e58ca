/**
 * Real processes, a real engine, kills: what a user would try, compared with what the engine says.
 */
package dev.kohakku.e2e;
