package dev.kohakku.controller.workflow;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.common.temporal.TemporalAccess;
import dev.kohakku.controller.role.Roles;
import dev.kohakku.controller.role.Topic;
import dev.kohakku.controller.role.Wakes;
import dev.kohakku.controller.role.WorkerLoop;
import java.time.Duration;
import java.util.Set;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/** The loop that follows workflows. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TemporalAccess.class)
class WorkflowConfiguration {

    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(5);

    @Bean
    WorkerLoop workflowLoop(WorkflowFollower follower, WorkflowProperties properties) {
        return new WorkerLoop(
                new BackgroundLoop(
                        "workflow-follower",
                        new Rhythm(properties.interval(), 0.1, LONGEST_BACK_OFF),
                        follower::round),
                Roles.Queue.DEFAULT,
                Set.of(Topic.WORKFLOW));
    }

    @Bean
    WorkflowWakes workflowWakes(Wakes wakes) {
        return new WorkflowWakes(wakes);
    }

    /** Makes the loop look at once, wherever it runs, when a request needs it. */
    record WorkflowWakes(Wakes wakes) {

        @EventListener
        void wake(WorkflowInstances.Due due) {
            wakes.wake(Topic.WORKFLOW);
        }
    }
}
