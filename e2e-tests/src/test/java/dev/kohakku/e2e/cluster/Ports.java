package dev.kohakku.e2e.cluster;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that stay a process's own while it is down: none of those the system gives to outgoing
 * connections, which begin at 32768, and none that another JVM of these tests takes.
 */
final class Ports {

    private static final int EACH = 1_000;
    private static final int MOST_JVMS = 10;
    private static final int FIRST = 21_000 + ThisJvm.number() % MOST_JVMS * EACH;
    private static final Set<Integer> TAKEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    static int take() {
        while (true) {
            var port = ThreadLocalRandom.current().nextInt(FIRST, FIRST + EACH);
            if (isFree(port) && TAKEN.add(port)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
