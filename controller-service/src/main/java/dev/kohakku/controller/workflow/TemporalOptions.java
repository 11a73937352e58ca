package dev.kohakku.controller.workflow;

import dev.kohakku.common.temporal.TemporalAccess;
import io.temporal.serviceclient.SimpleSslContextBuilder;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** From {@link TemporalAccess} to the options of the SDK. */
final class TemporalOptions {

    private TemporalOptions() {}

    /**
     * For a connection to the address.
     *
     * @throws IllegalStateException when a file of the access cannot be used
     */
    static WorkflowServiceStubsOptions.Builder of(String address, TemporalAccess access) {
        var options = WorkflowServiceStubsOptions.newBuilder().setTarget(address);
        if (access.tls()) {
            encrypt(options, access);
        }
        if (!access.apiKey().isBlank()) {
            options.addApiKey(access::apiKey);
        }
        return options;
    }

    private static void encrypt(
            WorkflowServiceStubsOptions.Builder options, TemporalAccess access) {
        if (!access.serverName().isBlank()) {
            options.setChannelInitializer(
                    channel -> channel.overrideAuthority(access.serverName()));
        }
        try {
            if (access.hasCertificate()) {
                try (var certificate = Files.newInputStream(Path.of(access.certificate()));
                        var key = Files.newInputStream(Path.of(access.key()))) {
                    secure(options, SimpleSslContextBuilder.forPKCS8(certificate, key), access);
                }
            } else {
                secure(options, SimpleSslContextBuilder.noKeyOrCertChain(), access);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "The connection to Temporal cannot be encrypted with " + access + ": " + e, e);
        }
    }

    private static void secure(
            WorkflowServiceStubsOptions.Builder options,
            SimpleSslContextBuilder tls,
            TemporalAccess access)
            throws IOException {
        if (access.hasAuthorities()) {
            tls.setTrustManager(access.trusted());
        }
        options.setSslContext(tls.build());
    }
}
