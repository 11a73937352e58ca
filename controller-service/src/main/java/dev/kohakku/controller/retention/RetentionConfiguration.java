package dev.kohakku.controller.retention;

import dev.kohakku.controller.job.Job;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The background jobs of this package. They are there even while everything is kept. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RetentionProperties.class)
class RetentionConfiguration {

    @Bean
    Job endedTaskRemoverJob(EndedTaskRemover remover) {
        return Job.cleanup("ended-task-remover", Duration.ofMinutes(1), remover::round);
    }

    @Bean
    Job removedObjectRemoverJob(RemovedObjectRemover remover) {
        return Job.cleanup("removed-object-remover", Duration.ofMinutes(1), remover::round);
    }
}
