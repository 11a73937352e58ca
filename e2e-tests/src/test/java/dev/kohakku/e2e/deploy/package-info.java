/**
 * What {@code docker-compose.yml} and the scripts of {@code deploy/} promise, as far as it can be
 * read.
 */
package dev.kohakku.e2e.deploy;
