package dev.kohakku.dispatcher.log;

import dev.kohakku.common.log.LiveLog;
import dev.kohakku.common.log.LogArchive;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class LogConfiguration {

    @Bean
    LogShipper logShipper(LogArchive archive, LiveLog live, LogSettings settings) {
        return new LogShipper(archive, live, settings);
    }
}
