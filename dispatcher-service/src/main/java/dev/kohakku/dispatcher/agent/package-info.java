/**
 * The agent protocol: what a container says, and what it is given.
 *
 * <p><b>Parts.</b> {@link dev.kohakku.dispatcher.agent.AgentKeys} makes and checks keys, {@link
 * dev.kohakku.dispatcher.agent.BriefLinks} signs links, {@code AgentApi} answers on any replica,
 * and {@link dev.kohakku.dispatcher.agent.AgentRecords} keeps what was said in the state Redis,
 * from where the attempt's owner reads it.
 *
 * <p><b>What can go wrong.</b> A check-back races with the container's end: one field of the
 * attempt's record, written only where it is absent, decides. Either the check-back is in it, or
 * the owner's seal, after which a check-back is refused.
 */
@ApplicationModule(
        displayName = "agent",
        allowedDependencies = {"identity", "web"})
@NullMarked
package dev.kohakku.dispatcher.agent;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
