package dev.kohakku.common.telemetry;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** A message in one line, for {@code %m} in {@code logback-spring.xml}. */
public final class VisibleMessage extends MessageConverter {

    @Override
    public String convert(ILoggingEvent event) {
        var message = event.getFormattedMessage();
        return message == null ? "" : VisibleText.of(message);
    }
}
