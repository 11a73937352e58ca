package dev.kohakku.dispatcher.backend.docker;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The labels by which a container says whose it is. None holds a secret. */
final class DockerLabels {

    static final String INSTALLATION = "dev.kohakku.installation";
    static final String TASK = "dev.kohakku.task";
    static final String ATTEMPT = "dev.kohakku.attempt";
    static final String EPOCH = "dev.kohakku.epoch";
    static final String DISPATCHER = "dev.kohakku.dispatcher";

    /** ISO 8601: when it must have ended at the latest. Data for people and for what cleans up. */
    static final String DEADLINE = "dev.kohakku.deadline";

    private final String installation;
    private final String dispatcher;

    DockerLabels(String installation, String dispatcher) {
        this.installation = installation;
        this.dispatcher = dispatcher;
    }

    Map<String, String> of(ContainerSpec spec) {
        return Map.of(
                INSTALLATION, installation,
                TASK, spec.attempt().task().toString(),
                ATTEMPT, Integer.toString(spec.attempt().number()),
                EPOCH, spec.epoch().toString(),
                DISPATCHER, dispatcher,
                DEADLINE, spec.deadline().toString());
    }

    /** What containers of this installation are listed by. */
    Map<String, String> filter() {
        return Map.of(INSTALLATION, installation);
    }

    /** Whether the owner of this epoch has made the container. */
    boolean isOf(Epoch epoch, @Nullable Map<String, String> labels) {
        return labels != null && epoch.toString().equals(labels.get(EPOCH));
    }

    /** The attempt a container of this installation belongs to; empty for anybody else's. */
    Optional<AttemptId> attemptOf(@Nullable Map<String, String> labels) {
        if (labels == null || !installation.equals(labels.get(INSTALLATION))) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new AttemptId(
                            TaskId.parse(labels.getOrDefault(TASK, "")),
                            Integer.parseInt(labels.getOrDefault(ATTEMPT, ""))));
        } catch (IllegalArgumentException e) {
            // why: labels written by hand must not stop a listing.
            return Optional.empty();
        }
    }
}
