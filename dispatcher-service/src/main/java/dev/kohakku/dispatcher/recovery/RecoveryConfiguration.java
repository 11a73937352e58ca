package dev.kohakku.dispatcher.recovery;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import dev.kohakku.dispatcher.attempt.Attempts;
import dev.kohakku.dispatcher.attempt.BackendHealths;
import dev.kohakku.dispatcher.attempt.RunningAttempts;
import dev.kohakku.dispatcher.backend.Backends;
import dev.kohakku.dispatcher.image.PullGate;
import dev.kohakku.dispatcher.report.DispatcherStatus;
import dev.kohakku.dispatcher.report.Inventories;
import dev.kohakku.dispatcher.report.Orders;
import dev.kohakku.dispatcher.report.PrefetchReports;
import dev.kohakku.dispatcher.report.SteadyTime;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class RecoveryConfiguration {

    @Bean
    Prefetcher prefetcher(PullGate gate, Backends backends, PrefetchReports reports) {
        var engines =
                backends.all().stream().flatMap(backend -> backend.images().stream()).toList();
        return new Prefetcher(gate, engines, reports);
    }

    @Bean
    Orders recovery(
            RunningAttempts running, Attempts attempts, Prefetcher prefetcher, SteadyTime steady) {
        return new Recovery(running, attempts, prefetcher, steady);
    }

    @Bean
    DispatcherStatus ownStatus(RunningAttempts attempts, BackendHealths healths) {
        return new OwnStatus(attempts, healths);
    }

    @Bean
    DanglingContainerReaper danglingContainerReaper(
            Inventories inventories,
            Backends backends,
            RunningAttempts running,
            SteadyTime steady) {
        return new DanglingContainerReaper(inventories, backends, running, steady);
    }

    @Bean
    BackgroundLoop reaperLoop(DanglingContainerReaper reaper, ReaperSettings settings) {
        return new BackgroundLoop(
                "dangling-container-reaper", Rhythm.every(settings.every()), reaper::step);
    }
}
