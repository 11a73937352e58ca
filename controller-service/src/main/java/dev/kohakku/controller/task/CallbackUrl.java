package dev.kohakku.controller.task;

import java.net.URI;
import java.net.URISyntaxException;

/** Where a client wants to be told of the end. */
final class CallbackUrl {

    private CallbackUrl() {}

    /**
     * Reads an absolute http or https address.
     *
     * @throws IllegalArgumentException that says what would be right
     */
    static URI parse(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException refused) {
            throw new IllegalArgumentException("is not a URL: " + refused.getReason(), refused);
        }
        if (!"http".equalsIgnoreCase(uri.getScheme())
                && !"https".equalsIgnoreCase(uri.getScheme())) {
            throw new IllegalArgumentException("must begin with http:// or https://");
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("must name a host");
        }
        if (uri.getUserInfo() != null) {
            throw new IllegalArgumentException("must not carry a user or a password");
        }
        return uri;
    }
}
