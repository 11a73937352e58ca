package dev.kohakku.controller.database;

import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayDataSource;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Where migrations go: past a pooler, if the operator says so. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DatabaseProperties.class)
public class MigrationSource {

    MigrationSource() {}

    /** Without a pool and without time-outs: a migration may take long, and locks come with it. */
    @Bean
    @FlywayDataSource
    DataSource migrations(DatabaseProperties properties) {
        return new DriverManagerDataSource(
                DatabaseAddress.ofMigrations(properties), properties.user(), properties.password());
    }

    /** A schema of a release that is further than the next one stops the start. */
    @Bean
    FlywayMigrationStrategy reach() {
        return new SchemaReach();
    }
}
