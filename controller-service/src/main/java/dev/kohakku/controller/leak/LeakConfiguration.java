package dev.kohakku.controller.leak;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.controller.role.Roles;
import dev.kohakku.controller.role.WorkerLoop;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The loops of this package. */
@Configuration(proxyBeanMethods = false)
class LeakConfiguration {

    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);

    @Bean
    WorkerLoop leakWatcherLoop(LeakWatcher watcher) {
        return loop("leak-watcher", Duration.ofSeconds(5), watcher::round);
    }

    @Bean
    WorkerLoop resolvedLeakRemoverLoop(ResolvedLeakRemover remover) {
        return loop("resolved-leak-remover", Duration.ofMinutes(1), remover::round);
    }

    private static WorkerLoop loop(String name, Duration interval, BackgroundLoop.Step step) {
        var longest = interval.compareTo(LONGEST_BACK_OFF) > 0 ? interval : LONGEST_BACK_OFF;
        return new WorkerLoop(
                new BackgroundLoop(name, new Rhythm(interval, 0.1, longest), step),
                Roles.Queue.CLEANUP);
    }
}
