/**
 * A platform of real processes: embedded engines in this JVM, Controllers and dispatchers from
 * their own jars, each behind proxies that tests set traps in.
 *
 * <p><b>What can go wrong.</b> A test ends in any way: {@link
 * dev.kohakku.e2e.cluster.Cluster#close} ends every process and removes every container of the
 * installation. The test's JVM is killed: its {@code Watchman} does the same.
 */
package dev.kohakku.e2e.cluster;
