package dev.kohakku.dispatcher;

import dev.kohakku.dispatcher.identity.DispatcherIdentity;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts a dispatcher. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class DispatcherApplication {

    public static void main(String[] args) {
        // why: shorter than the Controller keeps an idle connection, so that none is found dead.
        System.setProperty("jdk.httpclient.keepalive.timeout", "15");
        var application = new SpringApplication(DispatcherApplication.class);
        application.setDefaultProperties(
                Map.of("kohakku.host-name", DispatcherIdentity.hostName()));
        application.run(args);
    }
}
