package dev.kohakku.common.start;

import java.util.Locale;
import java.util.regex.Pattern;

/** Whether an address leads to this machine alone. No name is looked up. */
final class Loopback {

    /** IPv4's whole block, and IPv6's only one. */
    private static final Pattern NUMBER =
            Pattern.compile("127(\\.\\d{1,3}){1,3}|(0*:){2,7}0*1|::ffff:127(\\.\\d{1,3}){3}");

    private static final Pattern SCHEME = Pattern.compile("^(jdbc:)?[a-zA-Z][a-zA-Z0-9+.-]*://");

    private Loopback() {}

    /**
     * @param address a host, {@code host:port} or a URL; without a host, as in {@code
     *     jdbc:postgresql:kohakku}, it is this machine's
     */
    static boolean isHostOf(String address) {
        var host = hostOf(address).toLowerCase(Locale.ROOT);
        return host.isEmpty()
                || host.equals("localhost")
                || host.endsWith(".localhost")
                || NUMBER.matcher(host).matches();
    }

    /** The host of a host, of {@code host:port} or of a URL, without brackets. */
    static String hostOf(String address) {
        var rest = SCHEME.matcher(address.strip()).replaceFirst("");
        if (rest.startsWith("jdbc:")) {
            return "";
        }
        rest = rest.split("[/?#]", 2)[0];
        rest = rest.substring(rest.lastIndexOf('@') + 1);
        if (rest.startsWith("[")) {
            return rest.substring(1, Math.max(1, rest.indexOf(']')));
        }
        int colon = rest.indexOf(':');
        // why only a single one: an IPv6 address has more and may stand without brackets.
        return colon >= 0 && colon == rest.lastIndexOf(':') ? rest.substring(0, colon) : rest;
    }
}
