package dev.kohakku.common.wire;

/**
 * The Controller has taken a report.
 *
 * @param cancelRequested whether the attempt is to be cancelled
 */
public record ReportAnswer(boolean cancelRequested) {}
