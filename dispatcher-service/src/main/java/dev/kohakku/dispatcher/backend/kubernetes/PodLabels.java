package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.dispatcher.backend.BackendFactory.Owner;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The labels and annotations by which a Pod says whose it is. None holds a secret. */
final class PodLabels {

    static final String INSTALLATION = "dev.kohakku/installation";
    static final String TASK = "dev.kohakku/task";
    static final String ATTEMPT = "dev.kohakku/attempt";
    static final String EPOCH = "dev.kohakku/epoch";

    /** An annotation: a dispatcher's id may be longer than a label. */
    static final String DISPATCHER = "dev.kohakku/dispatcher";

    /** An annotation, ISO 8601: when it must have ended at the latest. */
    static final String DEADLINE = "dev.kohakku/deadline";

    /** An annotation, ISO 8601: when we have asked for its end, before it was deleted for that. */
    static final String STOPPED = "dev.kohakku/stopped-at";

    /**
     * A label's value begins and ends with a letter or digit.
     *
     * @see <a
     *     href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/">Labels</a>
     */
    private static final Pattern VALUE =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

    private final Owner owner;

    PodLabels(Owner owner) {
        if (!VALUE.matcher(owner.installation()).matches()) {
            throw new IllegalArgumentException(
                    "KOHAKKU_INSTALLATION '"
                            + owner.installation()
                            + "' cannot be a label of Kubernetes: it must end with a letter or digit");
        }
        this.owner = owner;
    }

    Map<String, String> of(ContainerSpec spec) {
        return Map.of(
                INSTALLATION, owner.installation(),
                TASK, spec.attempt().task().toString(),
                ATTEMPT, Integer.toString(spec.attempt().number()),
                EPOCH, spec.epoch().toString());
    }

    Map<String, String> annotationsOf(ContainerSpec spec) {
        return Map.of(DISPATCHER, owner.dispatcher(), DEADLINE, spec.deadline().toString());
    }

    /** What Pods of this installation are listed by. */
    Map<String, String> filter() {
        return Map.of(INSTALLATION, owner.installation());
    }

    /** Whether the owner of this epoch has made it. */
    static boolean isOf(Epoch epoch, HasMetadata object) {
        return epoch.toString().equals(labelsOf(object).get(EPOCH));
    }

    /** Whether we have asked for its end. */
    static boolean isStopped(HasMetadata object) {
        var annotations = object.getMetadata().getAnnotations();
        return annotations != null && annotations.containsKey(STOPPED);
    }

    /** The attempt an object of this installation belongs to; empty for anybody else's. */
    Optional<AttemptId> attemptOf(HasMetadata object) {
        var labels = labelsOf(object);
        if (!owner.installation().equals(labels.get(INSTALLATION))) {
            return Optional.empty();
        }
        try {
            var attempt =
                    new AttemptId(
                            TaskId.parse(labels.getOrDefault(TASK, "")),
                            Integer.parseInt(labels.getOrDefault(ATTEMPT, "")));
            return Optional.of(attempt)
                    .filter(id -> id.containerName().equals(object.getMetadata().getName()));
        } catch (IllegalArgumentException e) {
            // why: labels written by hand must not stop a listing.
            return Optional.empty();
        }
    }

    private static Map<String, String> labelsOf(HasMetadata object) {
        var labels = object.getMetadata().getLabels();
        return labels == null ? Map.of() : labels;
    }
}
