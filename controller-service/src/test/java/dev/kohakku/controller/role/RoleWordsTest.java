package dev.kohakku.controller.role;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

class RoleWordsTest {

    private final ApplicationContextRunner process =
            new ApplicationContextRunner().withUserConfiguration(Bound.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(Roles.class)
    @Import({RoleWords.class, QueueWords.class})
    static class Bound {}

    @Test
    void rolesAndQueuesAreReadWhateverTheirCase() {
        process.withPropertyValues(
                        "kohakku.roles.active=Worker", "kohakku.roles.queues=dispatch, CLEANUP")
                .run(context ->
                        assertThat(context.getBean(Roles.class).queues())
                                .containsExactlyInAnyOrder(
                                        Roles.Queue.DISPATCH, Roles.Queue.CLEANUP));
    }

    @Test
    void anUnknownRoleStopsTheStartAndIsNamed() {
        process.withPropertyValues("kohakku.roles.active=api,wroker")
                .run(context ->
                        assertThat(context.getStartupFailure())
                                .hasRootCauseMessage(
                                        "KOHAKKU_ROLES names 'wroker', which is no role: write api,"
                                                + " worker, or both with a comma between them"));
    }

    @Test
    void anUnknownQueueStopsTheStartAndIsNamed() {
        process.withPropertyValues("kohakku.roles.queues=dispatch,clean")
                .run(context ->
                        assertThat(context.getStartupFailure())
                                .hasRootCauseMessage(
                                        "WORKER_QUEUES names 'clean', which is no queue: write some"
                                                + " of default, dispatch and cleanup with commas"
                                                + " between them"));
    }
}
