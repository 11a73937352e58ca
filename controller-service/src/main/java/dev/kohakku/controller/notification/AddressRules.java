package dev.kohakku.controller.notification;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Where a callback may go. Addresses that only ever belong to the machine's surroundings, such as a
 * cloud's metadata service, are never allowed; loopback and private networks are where the
 * installation says so.
 *
 * <p>Judged when it is delivered, since a name may lead elsewhere by then. The connection is made
 * right after, and resolves the name again: within that moment, in which Java caches the first
 * answer, a hostile name server is not ruled out. Where that matters, an egress proxy has to.
 *
 * @param allowPrivate whether loopback and private networks are allowed
 */
record AddressRules(boolean allowPrivate) {

    /** Why an address is not allowed; an empty text when it is. */
    String faultOf(InetAddress address) {
        if (address.isLinkLocalAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress()) {
            return "leads to "
                    + address.getHostAddress()
                    + ", an address that is nobody's service (link-local, unspecified or multicast)";
        }
        if (!allowPrivate && isPrivate(address)) {
            return "leads to the private address "
                    + address.getHostAddress()
                    + ", which CALLBACK_URL_ALLOW_PRIVATE_ADDRESSES=false forbids";
        }
        return "";
    }

    private static boolean isPrivate(InetAddress address) {
        var bytes = address.getAddress();
        return address.isLoopbackAddress()
                || address.isSiteLocalAddress()
                || (address instanceof Inet4Address
                        // 0.0.0.0/8 and the shared space of carriers, 100.64.0.0/10 (RFC 6598)
                        ? bytes[0] == 0 || (bytes[0] == 100 && (bytes[1] & 0xC0) == 64)
                        // unique local addresses, fc00::/7 (RFC 4193)
                        : (bytes[0] & 0xFE) == 0xFC);
    }
}
