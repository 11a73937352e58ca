package dev.kohakku.e2e.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * What comes from a client, read ahead on a thread of its own: only so does one who streams a reply
 * learn that the client is gone.
 */
final class Arrivals extends InputStream {

    private static final byte[] END = {};

    private final SocketChannel near;
    private final Runnable whenGone;
    private final BlockingQueue<byte[]> pieces = new LinkedBlockingQueue<>();
    private byte[] piece = {};
    private int at;

    /**
     * @param whenGone called once, when the client has closed
     */
    Arrivals(SocketChannel near, Runnable whenGone) {
        this.near = near;
        this.whenGone = whenGone;
        Thread.ofVirtual().start(this::readAhead);
    }

    private void readAhead() {
        var buffer = ByteBuffer.allocate(16_384);
        try {
            while (near.read(buffer) >= 0) {
                var read = new byte[buffer.flip().remaining()];
                buffer.get(read).clear();
                if (read.length > 0) {
                    pieces.add(read);
                }
            }
        } catch (IOException gone) {
            pieces.clear();
        }
        pieces.add(END);
        whenGone.run();
    }

    @Override
    public int read() throws IOException {
        return isAtEnd() ? -1 : piece[at++] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (isAtEnd()) {
            return -1;
        }
        var copied = Math.min(length, piece.length - at);
        System.arraycopy(piece, at, to, offset, copied);
        at += copied;
        return copied;
    }

    private boolean isAtEnd() throws IOException {
        try {
            while (at == piece.length) {
                piece = pieces.take();
                at = 0;
                if (piece.length == 0) {
                    // why put back: the end stays the end.
                    pieces.add(END);
                    return true;
                }
            }
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }
}
