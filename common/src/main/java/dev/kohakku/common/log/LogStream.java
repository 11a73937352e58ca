package dev.kohakku.common.log;

/** The output streams of a container. */
public enum LogStream {
    STDOUT,
    STDERR
}
