package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.dispatcher.backend.BackendException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which stopped tasks are done with: ECS shows them for an hour more and cannot remove them. This
 * process knows its own at once; for the others a tag is put on them, in the background, because
 * tags have the smallest quota of all. Where the tag is missing (a process died, or ECS took none)
 * a task is listed again, and somebody will have it destroyed again. Thread-safe.
 */
final class Tombstones {

    private static final Logger LOG = LoggerFactory.getLogger(Tombstones.class);

    /** By then ECS has forgotten the task. */
    private static final Duration LIFE = Duration.ofHours(2);

    private final EcsApi api;
    private final Map<String, Long> dead = new ConcurrentHashMap<>();
    private final Queue<String> untagged = new ArrayDeque<>();
    private boolean isTagging;

    Tombstones(EcsApi api) {
        this.api = api;
    }

    /** This stopped task is done with. */
    void add(String arn) {
        var now = System.nanoTime();
        dead.values().removeIf(since -> now - since > LIFE.toNanos());
        if (dead.put(arn, now) == null) {
            tagLater(arn);
        }
    }

    /** Somebody has put the tag on this one. */
    void read(String arn) {
        dead.put(arn, System.nanoTime());
    }

    boolean has(String arn) {
        return dead.containsKey(arn);
    }

    private synchronized void tagLater(String arn) {
        untagged.add(arn);
        if (!isTagging) {
            isTagging = true;
            Thread.ofVirtual().name("ecs-tombstones").start(this::tagAll);
        }
    }

    private synchronized String next() {
        var arn = untagged.poll();
        isTagging = arn != null;
        return arn == null ? "" : arn;
    }

    private void tagAll() {
        for (var arn = next(); !arn.isEmpty(); arn = next()) {
            try {
                tag(arn);
            } catch (Throwable failed) {
                // why Throwable: after an Error that ended this thread nothing would be tagged.
                LOG.warn("{} is not marked as done with: {}", arn, failed.toString());
            }
        }
    }

    private void tag(String arn) throws InterruptedException {
        try {
            api.ecs(
                    ApiBucket.TAG_MODIFY,
                    "TagResource",
                    client ->
                            client.tagResource(request ->
                                    request.resourceArn(arn)
                                            .tags(EcsTags.tag(EcsTags.DESTROYED, "true"))));
        } catch (BackendException untaggable) {
            LOG.debug("{} is not marked as done with: {}", arn, untaggable.getMessage());
        }
    }
}
