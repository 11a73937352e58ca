package dev.kohakku.controller.notification;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.controller.role.Roles;
import dev.kohakku.controller.role.WorkerLoop;
import dev.kohakku.controller.task.TaskHistory;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionTemplate;

/** A loop for each kind of receiver. */
@Configuration(proxyBeanMethods = false)
class NotificationConfiguration {

    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(5);

    @Bean
    Announcer workflowAnnouncer(
            WorkflowReceiver receiver,
            AnnouncementStore store,
            TaskHistory history,
            TransactionTemplate transaction,
            NotificationProperties properties,
            AnnouncementMeters meters) {
        return new Announcer(receiver, store, history, transaction, properties, meters);
    }

    @Bean
    Announcer callbackUrlAnnouncer(
            CallbackUrlReceiver receiver,
            AnnouncementStore store,
            TaskHistory history,
            TransactionTemplate transaction,
            NotificationProperties properties,
            AnnouncementMeters meters) {
        return new Announcer(receiver, store, history, transaction, properties, meters);
    }

    @Bean
    WorkerLoop workflowAnnouncerLoop(
            Announcer workflowAnnouncer, NotificationProperties properties) {
        return loop("workflow-announcer", workflowAnnouncer, properties);
    }

    @Bean
    WorkerLoop callbackUrlAnnouncerLoop(
            Announcer callbackUrlAnnouncer, NotificationProperties properties) {
        return loop("callback-url-announcer", callbackUrlAnnouncer, properties);
    }

    private static WorkerLoop loop(
            String name, Announcer announcer, NotificationProperties properties) {
        var loop =
                new BackgroundLoop(
                        name,
                        new Rhythm(properties.interval(), 0.1, LONGEST_BACK_OFF),
                        announcer::round);
        announcer.whenThereIsRoom(loop::wake);
        return new WorkerLoop(loop, Roles.Queue.DEFAULT);
    }
}
