package dev.kohakku.common.telemetry;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import java.util.Arrays;
import org.jspecify.annotations.NullUnmarked;
import org.springframework.boot.logging.logback.ExtendedWhitespaceThrowableProxyConverter;

/**
 * A stack trace whose messages are one line each, for {@code %wEx} in {@code logback-spring.xml}:
 * what a message says may come from anybody.
 */
public final class VisibleThrowable extends ExtendedWhitespaceThrowableProxyConverter {

    @Override
    protected String throwableProxyToString(IThrowableProxy thrown) {
        return super.throwableProxyToString(new InOneLine(thrown));
    }

    /** The same with other messages. Unmarked, as what it stands for is. */
    @NullUnmarked
    private record InOneLine(IThrowableProxy thrown) implements IThrowableProxy {

        private static String visible(String message) {
            return message == null ? null : VisibleText.of(message);
        }

        @Override
        public String getMessage() {
            return visible(thrown.getMessage());
        }

        @Override
        public String getOverridingMessage() {
            return visible(thrown.getOverridingMessage());
        }

        @Override
        public String getClassName() {
            return thrown.getClassName();
        }

        @Override
        public StackTraceElementProxy[] getStackTraceElementProxyArray() {
            return thrown.getStackTraceElementProxyArray();
        }

        @Override
        public int getCommonFrames() {
            return thrown.getCommonFrames();
        }

        @Override
        public IThrowableProxy getCause() {
            return thrown.getCause() == null ? null : new InOneLine(thrown.getCause());
        }

        @Override
        public IThrowableProxy[] getSuppressed() {
            var suppressed = thrown.getSuppressed();
            return suppressed == null
                    ? null
                    : Arrays.stream(suppressed).map(InOneLine::new).toArray(IThrowableProxy[]::new);
        }

        @Override
        public boolean isCyclic() {
            return thrown.isCyclic();
        }
    }
}
