package dev.kohakku.dispatcher.agent;

import dev.kohakku.common.task.AttemptId;

/**
 * Hears at once, in this process, that an agent has called; what it said is in its record. An edge
 * that makes things faster: calls at other replicas are seen when the record is looked at next.
 */
@FunctionalInterface
public interface AgentCalls {

    /** An agent of some attempt, not necessarily one of this process, has called. */
    void called(AttemptId attempt);
}
