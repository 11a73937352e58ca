package dev.kohakku.controller.notification;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.9.9.9",
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "100.64.0.1",
                "0.1.2.3",
                "::1",
                "::ffff:127.0.0.1",
                "fd00::1"
            })
    void privateAddressesAreAllowedOnlyWhereTheInstallationSaysSo(String address)
            throws UnknownHostException {
        assertThat(new AddressRules(true).faultOf(InetAddress.getByName(address))).isEmpty();
        assertThat(new AddressRules(false).faultOf(InetAddress.getByName(address)))
                .contains("private", "CALLBACK_URL_ALLOW_PRIVATE_ADDRESSES");
    }

    @ParameterizedTest
    @ValueSource(strings = {"169.254.169.254", "fe80::1", "0.0.0.0", "::", "224.0.0.1"})
    void addressesThatAreNobodysServiceAreNeverAllowed(String address) throws UnknownHostException {
        assertThat(new AddressRules(true).faultOf(InetAddress.getByName(address)))
                .contains("nobody's service");
    }

    @ParameterizedTest
    @ValueSource(strings = {"93.184.215.14", "100.128.0.1", "2606:2800:21f:cb07::1"})
    void publicAddressesAreAllowed(String address) throws UnknownHostException {
        assertThat(new AddressRules(false).faultOf(InetAddress.getByName(address))).isEmpty();
    }
}
