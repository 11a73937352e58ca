package dev.kohakku.controller.web;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.apache.coyote.AbstractProcessor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tomcat's HTTP/1.1 with two things it does not offer: a deadline for the headers of a request (its
 * own time-out counts from byte to byte), and the end of a connection by its id. Made by Tomcat, by
 * its class name.
 *
 * <p>Connections are only ever shut down in both directions. That is safe from any thread, ends
 * every read and write, and leaves the closing to Tomcat.
 */
public final class BoundedProtocol extends Http11NioProtocol {

    private static final Logger LOG = LoggerFactory.getLogger(BoundedProtocol.class);

    private static final byte[] LATE =
            lateAnswer(
                    "{\"type\":\"https://kohakku.dev/problems/request-too-slow\","
                            + "\"title\":\"Request came too slowly\",\"status\":408,\"detail\":\"The headers"
                            + " of the request did not arrive within kohakku.http.header-timeout.\"}");

    /** Made by Tomcat. */
    public BoundedProtocol() {}

    private static byte[] lateAnswer(String problem) {
        return ("HTTP/1.1 408 \r\nContent-Type: application/problem+json\r\nContent-Length: "
                        + problem.length()
                        + "\r\nConnection: close\r\n\r\n"
                        + problem)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Ends a connection, whatever is done with it; nothing happens when it is gone. */
    void end(String connection) {
        for (var each : getEndpoint().getConnections()) {
            if (each.getServletConnection("http/1.1", "").getConnectionId().equals(connection)) {
                shut(each);
                return;
            }
        }
    }

    /**
     * Answers 408 on each connection whose headers began to arrive longer ago than this and have
     * not ended, and ends it.
     *
     * @return how many
     */
    int endLateHeaders(long nanos) {
        var ended = 0;
        for (var each : getEndpoint().getConnections()) {
            // why only tried: who has the lock is reading, and is looked at again.
            if (each.getLock().tryLock()) {
                try {
                    if (isLate(each, nanos)) {
                        answerLate(each);
                        shut(each);
                        ended++;
                    }
                } finally {
                    each.getLock().unlock();
                }
            }
        }
        return ended;
    }

    private static boolean isLate(SocketWrapperBase<NioChannel> connection, long nanos) {
        if (connection.isClosed()
                || !(connection.getCurrentProcessor() instanceof AbstractProcessor processor)) {
            return false;
        }
        // why no look at the stage: Tomcat says "ended" of a request that waits for its headers.
        // Only such a one, or an asynchronous one, stays with its connection while no thread has
        // it.
        var begun = processor.getRequest().getStartTimeNanos();
        return !processor.isAsync() && begun >= 0 && System.nanoTime() - begun > nanos;
    }

    private static void answerLate(SocketWrapperBase<NioChannel> connection) {
        // why not by TLS: these bytes are not encrypted.
        if (connection.getSocket().getClass() != NioChannel.class) {
            return;
        }
        try {
            connection.getSocket().getIOChannel().write(ByteBuffer.wrap(LATE));
        } catch (IOException gone) {
            LOG.debug("A client with late headers is gone", gone);
        }
    }

    private static void shut(SocketWrapperBase<NioChannel> connection) {
        SocketChannel channel = connection.getSocket().getIOChannel();
        if (channel == null) {
            return;
        }
        try {
            channel.shutdownInput();
            channel.shutdownOutput();
        } catch (IOException gone) {
            LOG.debug("A connection is gone already", gone);
        }
    }
}
