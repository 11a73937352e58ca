package dev.kohakku.controller.database;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.transaction.PlatformTransactionManager;

/** The data source of everything but migrations. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DatabaseProperties.class)
class DatabaseConfiguration {

    @Bean
    Pooling pooling(Environment environment) {
        FormerSettings.refuse(environment);
        return new Pooling();
    }

    /** Of the primary. Connects when it is first asked. */
    @Bean
    @ConfigurationProperties("spring.datasource.hikari")
    HikariDataSource postgres(DatabaseProperties properties, Pooling pooling) {
        var pool = new HikariDataSource();
        pool.setDataSource(
                new ServerConnections(DatabaseAddress.ofPrimary(properties), properties, pooling));
        return pool;
    }

    /** Of transactions that only read it asks the replicas, where there are any. */
    @Bean
    @Primary
    DataSource dataSource(HikariDataSource postgres, Replicas replicas) {
        return replicas.isEmpty() ? postgres : routed(postgres, replicas);
    }

    static DataSource routed(DataSource postgres, DataSource replicas) {
        // why lazy: whether a transaction only reads is known after its connection is asked for.
        var routed = new LazyConnectionDataSourceProxy();
        routed.setTargetDataSource(postgres);
        routed.setReadOnlyDataSource(replicas);
        // why both: it would open a connection to find out.
        routed.setDefaultAutoCommit(true);
        routed.setDefaultTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        return routed;
    }

    @Bean
    PlatformTransactionManager transactionManager(
            DataSource dataSource, Pooling pooling, DatabaseProperties properties) {
        return new BoundedTransactions(dataSource, pooling, properties);
    }

    @Bean
    JdbcTemplate jdbcTemplate(
            DataSource dataSource, Pooling pooling, DatabaseProperties properties) {
        return new BoundedStatements(dataSource, pooling, properties);
    }
}
