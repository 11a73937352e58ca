package dev.kohakku.workflow.worker;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.temporal.internal.testservice.GRPCServerHelper;
import io.temporal.internal.testservice.TestServicesStarter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Temporal's test server behind TLS: it demands a client's certificate and remembers API keys. */
final class TlsTemporal implements AutoCloseable {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final TestServicesStarter services = new TestServicesStarter(true, 0);
    private final Set<String> shown = ConcurrentHashMap.newKeySet();
    private final Server server;

    /**
     * @param client the certificate that clients must show
     */
    TlsTemporal(Pem own, Path client) throws IOException {
        var credentials =
                TlsServerCredentials.newBuilder()
                        .keyManager(own.certificate().toFile(), own.key().toFile())
                        .trustManager(client.toFile())
                        .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                        .build();
        var builder =
                NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), credentials);
        GRPCServerHelper.registerServicesAndHealthChecks(services.getServices(), builder);
        server = builder.intercept(new Remembering()).build().start();
    }

    String address() {
        return "127.0.0.1:" + server.getPort();
    }

    /** What the calls showed as their authorization. */
    Set<String> shown() {
        return shown;
    }

    @Override
    public void close() {
        server.shutdownNow();
        services.close();
    }

    private final class Remembering implements ServerInterceptor {

        @Override
        public <I, O> ServerCall.Listener<I> interceptCall(
                ServerCall<I, O> call, Metadata headers, ServerCallHandler<I, O> next) {
            var authorization = headers.get(AUTHORIZATION);
            shown.add(authorization == null ? "nothing" : authorization);
            return next.startCall(call, headers);
        }
    }
}
