/**
 * Many tasks, faults by chance and kills in between: what must be true of all of them is asked of
 * the records afterwards.
 */
package dev.kohakku.e2e.race;
