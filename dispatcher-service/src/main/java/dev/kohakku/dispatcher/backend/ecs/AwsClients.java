package dev.kohakku.dispatcher.backend.ecs;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;

/**
 * Makes clients of AWS's services. The SDK's own retries are off: a throttle they hid would teach
 * no budget.
 */
final class AwsClients {

    /** More than are under way at once within the quotas. */
    private static final int CONNECTIONS = 64;

    private final EcsSettings settings;
    private final AwsCredentialsProvider credentials;

    AwsClients(EcsSettings settings, AwsCredentialsProvider credentials) {
        this.settings = settings;
        this.credentials = credentials;
    }

    /**
     * @param endpoint empty for the region's
     */
    <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C configured(
            B builder, String endpoint) {
        var timeout = settings.requestTimeout();
        builder.credentialsProvider(credentials)
                .httpClientBuilder(
                        // why not the JDK's own: it sends a broken POST again by itself, unseen.
                        Apache5HttpClient.builder()
                                .maxConnections(CONNECTIONS)
                                .connectionTimeout(timeout)
                                .socketTimeout(timeout))
                .overrideConfiguration(configuration ->
                        configuration
                                .retryStrategy(AwsRetryStrategy.doNotRetry())
                                .apiCallTimeout(timeout.plus(Duration.ofSeconds(1))));
        if (!settings.region().isEmpty()) {
            builder.region(Region.of(settings.region()));
        }
        if (!endpoint.isEmpty()) {
            builder.endpointOverride(URI.create(endpoint));
        }
        return builder.build();
    }
}
