package dev.kohakku.controller.web;

import dev.kohakku.common.loop.BackgroundLoop;
import dev.kohakku.common.loop.Rhythm;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** The connections of clients: how many there may be, and the end of those that hold one up. */
@Component
class Connections implements WebServerFactoryCustomizer<TomcatServletWebServerFactory>, Ordered {

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /** A fifth of the heap may be taken by requests of which the headers are not there yet. */
    private static final int SHARE_OF_HEAP = 5;

    /** What a connection costs whose request has begun to arrive; 57 KB were measured. */
    private static final int BYTES_OF_ONE = 64 << 10;

    private static final int FEWEST = 256;
    private static final int MOST = 8_192;

    private final List<BoundedProtocol> protocols = new CopyOnWriteArrayList<>();
    private final Environment environment;
    private final Duration headers;
    private final Counter late;
    private final BackgroundLoop loop;

    Connections(Environment environment, HttpProperties properties, MeterRegistry meters) {
        this.environment = environment;
        this.headers = properties.headerTimeout();
        this.late =
                Counter.builder("kohakku.http.late.headers")
                        .description("Connections closed because headers did not arrive in time")
                        .register(meters);
        var tenth = headers.dividedBy(10);
        var pause = tenth.compareTo(LONGEST_PAUSE) < 0 ? tenth : LONGEST_PAUSE;
        this.loop = new BackgroundLoop("header-timeout", Rhythm.every(pause), this::look);
    }

    /** How many connections a heap of this size may be asked for. */
    static int mostFor(long heap) {
        return Math.clamp(heap / SHARE_OF_HEAP / BYTES_OF_ONE, FEWEST, MOST);
    }

    /** After Spring Boot's own, which sets the number that Tomcat has by default. */
    @Override
    public int getOrder() {
        return 100;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.setProtocol(BoundedProtocol.class.getName());
        var isSet =
                Binder.get(environment)
                        .bind("server.tomcat.max-connections", Integer.class)
                        .isBound();
        TomcatConnectorCustomizer bounded =
                connector -> {
                    if (connector.getProtocolHandler() instanceof BoundedProtocol protocol) {
                        protocols.add(protocol);
                        if (!isSet) {
                            protocol.setMaxConnections(mostFor(Runtime.getRuntime().maxMemory()));
                        }
                    }
                };
        factory.addConnectorCustomizers(bounded);
    }

    @PostConstruct
    void start() {
        loop.start();
    }

    @PreDestroy
    void stop() {
        loop.close();
    }

    private boolean look() {
        for (var protocol : protocols) {
            late.increment(protocol.endLateHeaders(headers.toNanos()));
        }
        return false;
    }

    /** Ends a connection by the id that its requests know it by. */
    void end(String connection) {
        protocols.forEach(protocol -> protocol.end(connection));
    }
}
