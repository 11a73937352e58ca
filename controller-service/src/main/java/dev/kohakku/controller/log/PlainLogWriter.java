package dev.kohakku.controller.log;

import dev.kohakku.common.log.LogLine;
import dev.kohakku.common.log.LogPosition;
import dev.kohakku.common.log.LogStream;
import java.util.Locale;

/** The log as text, as the container wrote it. Remarks of ours stand in brackets. */
final class PlainLogWriter implements LogWriter {

    private final ResponseText text;

    PlainLogWriter(ResponseText text) {
        this.text = text;
    }

    @Override
    public void line(LogPosition position, LogLine line) {
        text.write(line.text());
        text.write("\n");
    }

    @Override
    public void gap(LogPosition position, LogStream stream, long from, long to) {
        remark(
                "lines "
                        + from
                        + " to "
                        + to
                        + " of "
                        + stream.name().toLowerCase(Locale.ROOT)
                        + " are missing");
    }

    void remark(String words) {
        text.write("[kohakku: " + words + "]\n");
    }

    @Override
    public void flush() {
        text.flush();
    }
}
