/**
 * A small balancer in front of several Controllers of one machine.
 *
 * <p><b>Flow.</b> A request goes to the Controllers in turn, whoever asked before: none of them
 * remembers a client. Bodies and streams pass as they come, nothing of them is kept. A look at
 * every Controller's {@code /ready/} twice a second says who takes part.
 *
 * <p><b>What can go wrong.</b> A Controller dies between two looks: a connection that is refused is
 * tried at the next one, because nothing was sent. What was sent is sent again only where doing it
 * twice is doing it once ({@code GET} and its like); of everything else the client learns 503 and
 * decides, as behind any balancer. Nobody is ready: 503 with {@code Retry-After}.
 */
@NullMarked
package dev.kohakku.standalone.balancer;

import org.jspecify.annotations.NullMarked;
