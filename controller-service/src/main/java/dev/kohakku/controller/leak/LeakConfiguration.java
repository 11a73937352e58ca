package dev.kohakku.controller.leak;

import dev.kohakku.controller.job.Job;
import dev.kohakku.controller.role.WorkerLoop;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The loop and the background job of this package. */
@Configuration(proxyBeanMethods = false)
class LeakConfiguration {

    @Bean
    WorkerLoop leakWatcherLoop(LeakWatcher watcher) {
        return WorkerLoop.cleanup("leak-watcher", Duration.ofSeconds(5), watcher::round);
    }

    @Bean
    Job resolvedLeakRemoverJob(ResolvedLeakRemover remover) {
        return Job.cleanup("resolved-leak-remover", Duration.ofMinutes(1), remover::round);
    }
}
