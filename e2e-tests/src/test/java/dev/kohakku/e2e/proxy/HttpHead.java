package dev.kohakku.e2e.proxy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * The head of a request or reply, and how long the body after it is.
 *
 * @param text the head as it came, with its blank line
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-6">RFC 9112, message body</a>
 */
record HttpHead(String text) {

    /** Reads the next head; empty where the connection ends instead. */
    static Optional<HttpHead> read(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.write(next);
            if (next == '\n' && endsWithBlankLine(head)) {
                return Optional.of(new HttpHead(head.toString(StandardCharsets.ISO_8859_1)));
            }
        }
        return Optional.empty();
    }

    private static boolean endsWithBlankLine(ByteArrayOutputStream head) {
        return head.size() >= 4 && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n");
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Method and path of a request, with its query. */
    String target() {
        var words = text.split(" ", 3);
        return words[0] + " " + words[1];
    }

    /** The status of a reply. */
    int status() {
        return Integer.parseInt(text.split(" ", 3)[1].strip());
    }

    private Optional<String> header(String name) {
        return text.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst();
    }

    private boolean isChunked() {
        return header("transfer-encoding").orElse("").toLowerCase(Locale.ROOT).contains("chunked");
    }

    /** Whether only the end of the connection ends the body of this reply. */
    boolean lastsUntilClose() {
        return !hasNoBody() && !isChunked() && header("content-length").isEmpty();
    }

    private boolean hasNoBody() {
        return text.startsWith("HTTP/") && (status() < 200 || status() == 204 || status() == 304);
    }

    /** Passes the body on, piece by piece as it comes, as it is framed. */
    void passBody(InputStream in, OutputStream out) throws IOException {
        if (hasNoBody()) {
            return;
        }
        if (isChunked()) {
            passChunks(in, out);
        } else if (lastsUntilClose() && text.startsWith("HTTP/")) {
            in.transferTo(out);
        } else {
            pass(in, out, Long.parseLong(header("content-length").orElse("0")));
        }
    }

    private static void passChunks(InputStream in, OutputStream out) throws IOException {
        while (true) {
            var line = passLine(in, out);
            var length = Long.parseLong(line.split(";", 2)[0].strip(), 16);
            if (length == 0) {
                while (!passLine(in, out).isEmpty()) {
                    // A trailer, which is passed on by looking at it.
                }
                return;
            }
            pass(in, out, length + 2);
        }
    }

    private static String passLine(InputStream in, OutputStream out) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection ended within a line");
            }
            line.write(next);
        }
        line.write('\n');
        out.write(line.toByteArray());
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }

    private static void pass(InputStream in, OutputStream out, long length) throws IOException {
        var piece = new byte[16_384];
        for (long left = length; left > 0; ) {
            int read = in.read(piece, 0, (int) Math.min(left, piece.length));
            if (read < 0) {
                throw new EOFException("the connection ended within a body");
            }
            out.write(piece, 0, read);
            left -= read;
        }
    }
}
