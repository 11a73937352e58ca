package dev.kohakku.controller.web;

import java.net.SocketTimeoutException;

/** The body of a request comes in, but more slowly than it may. */
final class BodyTooSlowException extends SocketTimeoutException {

    private static final long serialVersionUID = 1L;

    BodyTooSlowException() {
        super("slower than kohakku.http.body-timeout and kohakku.http.body-rate allow");
    }
}
