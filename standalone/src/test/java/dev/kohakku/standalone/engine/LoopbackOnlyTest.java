package dev.kohakku.standalone.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The engines ask nobody for a password, or for one that is known: only this machine reaches them.
 */
class LoopbackOnlyTest {

    private static final int LIMIT_MILLIS = 500;

    private static final Map<String, IntSupplier> PORTS =
            Map.of(
                    "Postgres", () -> TestEngines.postgres().port(),
                    "Redis", () -> TestEngines.redis().port(),
                    "the object store", () -> TestEngines.objectStore().port(),
                    "Temporal", () -> TestEngines.temporal().port());

    @ParameterizedTest
    @ValueSource(strings = {"Postgres", "Redis", "the object store", "Temporal"})
    void anEngineAnswersOnTheLoopbackAddressAndOnNoOther(String engine) throws IOException {
        int port = PORTS.get(engine).getAsInt();

        assertThat(answers(InetAddress.ofLiteral("127.0.0.1"), port)).isTrue();
        for (var address : addresses()) {
            assertThat(answers(address, port)).as(engine + " on " + address).isFalse();
        }
    }

    /** Those of the interfaces, and one more that only a listener on every address answers on. */
    private static List<InetAddress> addresses() throws IOException {
        var addresses = new ArrayList<>(List.of(InetAddress.ofLiteral("127.0.0.2")));
        NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress())
                .forEach(addresses::add);
        return addresses;
    }

    private static boolean answers(InetAddress address, int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), LIMIT_MILLIS);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }
}
