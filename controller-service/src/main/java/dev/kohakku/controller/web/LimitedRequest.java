package dev.kohakku.controller.web;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.apache.coyote.BadRequestException;
import org.jspecify.annotations.Nullable;

/**
 * A request whose body ends in a {@link BodyTooLargeException} once it goes past a limit, and in a
 * {@link BodyReadException} where it does not arrive as it should or when it should.
 *
 * <p>The time of a body counts from the first look for it. It is compared after each read, which
 * itself ends after {@code server.tomcat.connection-timeout} at the latest.
 */
final class LimitedRequest extends HttpServletRequestWrapper {

    private static final int SWALLOWED_AT_ONCE = 1 << 13;

    private final long limit;
    private final HttpProperties times;
    private @Nullable Limited body;

    LimitedRequest(HttpServletRequest request, long limit, HttpProperties times) {
        super(request);
        this.limit = limit;
        this.times = times;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        var known = body;
        if (known == null) {
            known = new Limited(super.getInputStream(), limit, times);
            body = known;
        }
        return known;
    }

    /**
     * Whether some of the body is still to come. A client that waits to be asked for it (Expect)
     * has been answered instead and sends nothing.
     */
    boolean isUnread() throws IOException {
        var isAnnounced = getContentLengthLong() > 0 || getHeader("Transfer-Encoding") != null;
        var isHeldBack = body == null && getHeader("Expect") != null;
        // why not one that failed: the server knows, answers for it and closes the connection.
        var hasFailed = body != null && body.failed;
        if (!isAnnounced || isHeldBack || hasFailed) {
            return false;
        }
        return !getInputStream().isFinished();
    }

    /**
     * Reads what nobody wanted of a body, so that the connection can be used again and the client
     * reads its answer.
     *
     * @throws IOException when the rest does not come in time; the connection has to be closed
     */
    void swallow(long most) throws IOException {
        var rest = (Limited) getInputStream();
        rest.refuseIfLate();
        rest.allow(most);
        var bytes = new byte[SWALLOWED_AT_ONCE];
        while (rest.read(bytes, 0, bytes.length) >= 0) {
            // why nothing: only the end matters.
        }
    }

    @Override
    public BufferedReader getReader() throws IOException {
        return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
    }

    private static final class Limited extends ServletInputStream {

        private final ServletInputStream body;
        private final HttpProperties times;
        private final long begun = System.nanoTime();
        private long limit;
        private long read;
        private boolean failed;

        Limited(ServletInputStream body, long limit, HttpProperties times) {
            this.body = body;
            this.limit = limit;
            this.times = times;
        }

        void allow(long bytes) {
            limit = bytes;
        }

        @Override
        public int read() throws IOException {
            try {
                var one = body.read();
                count(one < 0 ? -1 : 1);
                return one;
            } catch (SocketTimeoutException | EOFException | BadRequestException faulty) {
                failed = !(faulty instanceof BodyTooSlowException);
                throw new BodyReadException(faulty);
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                var count = body.read(bytes, offset, length);
                count(count);
                return count;
            } catch (SocketTimeoutException | EOFException | BadRequestException faulty) {
                failed = !(faulty instanceof BodyTooSlowException);
                throw new BodyReadException(faulty);
            }
        }

        void refuseIfLate() throws BodyTooSlowException {
            if (System.nanoTime() - begun > times.bodyTime(read).toNanos()) {
                throw new BodyTooSlowException();
            }
        }

        private void count(int bytes) throws BodyTooLargeException, BodyTooSlowException {
            // why not at the end: what is there in full is late for nothing.
            if (bytes < 0) {
                return;
            }
            read += bytes;
            refuseIfLate();
            if (read > limit) {
                throw new BodyTooLargeException(limit);
            }
        }

        @Override
        public boolean isFinished() {
            return body.isFinished();
        }

        @Override
        public boolean isReady() {
            return body.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new UnsupportedOperationException("bodies are read blocking");
        }
    }
}
