package dev.kohakku.workflow;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts a workflow worker. It listens on no port but that of its metrics. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class WorkflowWorkerApplication {

    public static void main(String[] args) {
        new SpringApplicationBuilder(WorkflowWorkerApplication.class)
                .web(WebApplicationType.NONE)
                .run(args);
    }
}
