package dev.kohakku.controller.attempt;

import dev.kohakku.common.task.TaskSpec;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** How long an owner may take before the rescuer acts: what the task allows, and a grace. */
@Component
class AttemptDeadlines {

    private final AttemptProperties properties;
    private final AttemptStore store;

    AttemptDeadlines(AttemptProperties properties, AttemptStore store) {
        this.properties = properties;
        this.store = store;
    }

    /** From the claim to the running container. */
    Duration provisioning(TaskSpec spec) {
        return bounded(spec.timeouts().start(), spec);
    }

    /** From the container's start to its end. */
    Duration running(TaskSpec spec) {
        return bounded(spec.timeouts().run(), spec);
    }

    private Duration bounded(Duration timeout, TaskSpec spec) {
        var expiresAt = spec.timeouts().expiresAt();
        var allowed = timeout;
        if (expiresAt != null) {
            // why the database's clock: it is what judges the deadline.
            var left = store.until(expiresAt);
            if (left.compareTo(allowed) < 0) {
                allowed = left.isNegative() ? Duration.ZERO : left;
            }
        }
        return allowed.plus(properties.grace());
    }
}
