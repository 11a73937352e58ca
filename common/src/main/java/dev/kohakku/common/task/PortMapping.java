package dev.kohakku.common.task;

/**
 * A port a container offers.
 *
 * @param containerPort 1 to 65535
 * @param protocol the transport
 */
public record PortMapping(int containerPort, Protocol protocol) {

    public PortMapping {
        if (containerPort < 1 || containerPort > 65_535) {
            throw new IllegalArgumentException("a port is from 1 to 65535, got " + containerPort);
        }
    }

    /** Transports a port can be offered on. */
    public enum Protocol {
        TCP,
        UDP
    }
}
