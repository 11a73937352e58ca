package dev.kohakku.controller;

import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts a Controller, or with the argument {@code migrate} only brings the schema up to date. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ControllerApplication {

    public static void main(String[] args) {
        if (args.length == 0 || args[0].startsWith("-")) {
            SpringApplication.run(ControllerApplication.class, args);
        } else if (args[0].equals(Migration.NAME)) {
            Migration.run(Arrays.copyOfRange(args, 1, args.length));
        } else {
            throw new IllegalArgumentException(
                    "unknown command '%s': '%s' brings the schema up to date, none starts a Controller"
                            .formatted(args[0], Migration.NAME));
        }
    }
}
