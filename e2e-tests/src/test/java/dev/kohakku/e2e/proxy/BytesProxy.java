package dev.kohakku.e2e.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * A proxy for any protocol over TCP. Its traps look for words in what passes, such as the name of a
 * Redis command; words that are cut by the end of a packet are recognized too.
 */
public final class BytesProxy implements AutoCloseable {

    /** How much of what has passed is looked at again together with what follows. */
    private static final int MEMORY = 512;

    private final Upstream upstream;
    private final Traps traps = new Traps();
    private final ListeningPort port;

    private BytesProxy(Upstream upstream) throws IOException {
        this.upstream = upstream;
        this.port = ListeningPort.open(this::handle);
    }

    /** Listens on a free port of the loopback interface. */
    public static BytesProxy to(Upstream upstream) throws IOException {
        return new BytesProxy(upstream);
    }

    public int port() {
        return port.number();
    }

    /** Sets a trap and answers it. */
    public Trap arm(Trap trap) {
        traps.arm(trap);
        return trap;
    }

    /** Forgets every trap and lets go what they hold. */
    public void disarmAll() {
        traps.disarmAll();
    }

    /** Breaks every connection; new ones may come. */
    public void cut() {
        port.cut();
    }

    private void handle(SocketChannel near) {
        try (var far = upstream.connect()) {
            var requests =
                    Thread.ofVirtual().start(() -> pump(near, far, Moment.BEFORE_FORWARDING));
            pump(far, near, Moment.BEFORE_REPLYING);
            requests.join();
        } catch (IOException away) {
            // why ignored: the client learns it from its connection, which is closed now.
            return;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Passes on until either side ends, and then ends both. */
    private void pump(SocketChannel from, SocketChannel to, Moment moment) {
        var buffer = ByteBuffer.allocate(65_536);
        var passed = "";
        try (from;
                to) {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                var seen = passed + StandardCharsets.ISO_8859_1.decode(buffer.duplicate());
                if (traps.of(moment, seen) == Fate.IS_DROPPED) {
                    return;
                }
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
                passed = seen.substring(Math.max(0, seen.length() - MEMORY));
            }
        } catch (IOException gone) {
            // why ignored: either side may go at any time, and both are closed now.
            return;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        traps.disarmAll();
        port.close();
    }
}
