package dev.kohakku.common.wire;

/** How attempts come to a dispatcher. The names of users are these in lower case. */
public enum DispatchMode {
    /** It takes them from the stream that its pool shares. */
    BUS,
    /** It is sent them, each by {@code POST /tasks}, and keeps them on a list of its own. */
    HTTP
}
