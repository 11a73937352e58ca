package dev.kohakku.controller.log;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;

/** Text on its way to a client, buffered. */
final class ResponseText {

    private static final int BUFFER = 1 << 15;

    private final BufferedWriter writer;

    ResponseText(OutputStream out) {
        writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), BUFFER);
    }

    void write(String text) {
        try {
            writer.write(text);
        } catch (IOException gone) {
            throw new ClientGoneException(gone);
        }
    }

    void flush() {
        try {
            writer.flush();
        } catch (IOException gone) {
            throw new ClientGoneException(gone);
        }
    }
}
