package dev.kohakku.controller.log;

import java.io.IOException;

/** The client has gone away: nobody is left to answer. */
final class ClientGoneException extends RuntimeException {

    ClientGoneException(IOException cause) {
        super("the client has gone away", cause);
    }
}
