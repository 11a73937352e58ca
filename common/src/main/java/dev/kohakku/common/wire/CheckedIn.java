package dev.kohakku.common.wire;

import java.time.Duration;
import java.util.List;

/**
 * The Controller's answer to a check-in.
 *
 * @param heartbeatEvery how often it wants to hear
 * @param lease after this long without a heartbeat the dispatcher counts as gone
 * @param owned the attempts Postgres holds for this dispatcher id: each is to be claimed again and
 *     resumed
 * @param cordoned whether this dispatcher is to take no new attempt, until a heartbeat's answer
 *     says otherwise
 */
public record CheckedIn(
        Duration heartbeatEvery, Duration lease, List<AttemptRef> owned, boolean cordoned) {}
