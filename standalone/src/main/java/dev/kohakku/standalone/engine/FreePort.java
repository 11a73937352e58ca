package dev.kohakku.standalone.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Chooses ports for engines that cannot choose one themselves. */
public final class FreePort {

    private FreePort() {}

    /** The port itself, or for 0 one that nobody listened on at the time of the call. */
    public static int orFree(int port) {
        if (port != 0) {
            return port;
        }
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("No free port", e);
        }
    }
}
