package dev.kohakku.workflow;

import dev.kohakku.common.temporal.TemporalAccess;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** Starts a workflow worker. It listens on no port but that of its metrics. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableConfigurationProperties(TemporalAccess.class)
public class WorkflowWorkerApplication {

    public static void main(String[] args) {
        new SpringApplicationBuilder(WorkflowWorkerApplication.class)
                .web(WebApplicationType.NONE)
                .run(args);
    }
}
