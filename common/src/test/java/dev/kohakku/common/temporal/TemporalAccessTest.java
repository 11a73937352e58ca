package dev.kohakku.common.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporalAccessTest {

    @TempDir private Path directory;

    private String file(String name) throws Exception {
        return Files.writeString(directory.resolve(name), "no certificate").toString();
    }

    @Test
    void aCertificateWithoutItsKeyIsRefused() throws Exception {
        var certificate = file("client.pem");

        assertThatThrownBy(() -> new TemporalAccess(true, "", certificate, "", "", ""))
                .hasMessageContaining("TEMPORAL_TLS_CERT")
                .hasMessageContaining("TEMPORAL_TLS_KEY");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> new TemporalAccess(true, "/nowhere/ca.pem", "", "", "", ""))
                .hasMessageContaining("TEMPORAL_TLS_CA")
                .hasMessageContaining("/nowhere/ca.pem");
    }

    @Test
    void anAuthorityWithoutTlsIsRefusedSinceNothingWouldBeVerified() throws Exception {
        var ca = file("ca.pem");

        assertThatThrownBy(() -> new TemporalAccess(false, ca, "", "", "", ""))
                .hasMessageContaining("TEMPORAL_TLS=true");
    }

    @Test
    void anApiKeyNeverTravelsInClearAndIsNeverPrinted() {
        assertThatThrownBy(() -> new TemporalAccess(false, "", "", "", "", "secret"))
                .hasMessageContaining("TEMPORAL_API_KEY")
                .hasMessageContaining("TEMPORAL_TLS");
        assertThat(new TemporalAccess(true, "", "", "", "", "secret").toString())
                .doesNotContain("secret");
    }

    @Test
    void aFileWithoutCertificatesIsNamedWhenItIsUsed() throws Exception {
        var access = new TemporalAccess(true, file("ca.pem"), "", "", "", "");

        assertThatThrownBy(access::trusted).hasMessageContaining("TEMPORAL_TLS_CA");
    }
}
