package dev.kohakku.common.temporal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How Temporal is spoken to. Files are in PEM; they are read when a connection is made, so that a
 * restart takes new ones.
 *
 * @param tls {@code TEMPORAL_TLS}: whether the connection is encrypted and the server is verified
 * @param ca {@code TEMPORAL_TLS_CA}: file of the authorities that are trusted; blank for the JVM's
 * @param certificate {@code TEMPORAL_TLS_CERT}: file of the client's certificate and its chain;
 *     blank for none
 * @param key {@code TEMPORAL_TLS_KEY}: file of its key, as PKCS #8
 * @param serverName {@code TEMPORAL_TLS_SERVER_NAME}: the name in the server's certificate; blank
 *     for that of its address
 * @param apiKey {@code TEMPORAL_API_KEY}: sent with every call; blank for none
 */
@ConfigurationProperties(prefix = "kohakku.temporal-access", ignoreUnknownFields = false)
public record TemporalAccess(
        @DefaultValue("false") boolean tls,
        @DefaultValue("") String ca,
        @DefaultValue("") String certificate,
        @DefaultValue("") String key,
        @DefaultValue("") String serverName,
        @DefaultValue("") String apiKey) {

    /** Neither encrypted nor authorised: for a Temporal on the same machine or network. */
    public static final TemporalAccess OPEN = new TemporalAccess(false, "", "", "", "", "");

    public TemporalAccess {
        requireReadable("TEMPORAL_TLS_CA", ca);
        requireReadable("TEMPORAL_TLS_CERT", certificate);
        requireReadable("TEMPORAL_TLS_KEY", key);
        if (certificate.isBlank() != key.isBlank()) {
            throw new IllegalArgumentException(
                    "TEMPORAL_TLS_CERT and TEMPORAL_TLS_KEY belong together: set both or neither");
        }
        if (!tls && !(ca.isBlank() && certificate.isBlank() && serverName.isBlank())) {
            throw new IllegalArgumentException(
                    "TEMPORAL_TLS_CA, TEMPORAL_TLS_CERT and TEMPORAL_TLS_SERVER_NAME are for TEMPORAL_TLS=true, which is not set");
        }
        if (!tls && !apiKey.isBlank()) {
            throw new IllegalArgumentException(
                    "TEMPORAL_API_KEY would travel in clear: set TEMPORAL_TLS=true");
        }
    }

    private static void requireReadable(String variable, String file) {
        if (!file.isBlank() && !Files.isReadable(Path.of(file))) {
            throw new IllegalArgumentException(
                    variable + " '" + file + "' is no file that can be read");
        }
    }

    /** Whether the client shows a certificate of its own. */
    public boolean hasCertificate() {
        return !certificate.isBlank();
    }

    /** Whether {@link #trusted()} is to be asked instead of the JVM's own authorities. */
    public boolean hasAuthorities() {
        return !ca.isBlank();
    }

    /**
     * Trusts what the authorities of {@code TEMPORAL_TLS_CA} have signed, and nothing else.
     *
     * @throws IllegalStateException when the file holds no certificates
     */
    public TrustManager trusted() {
        try (var file = Files.newInputStream(Path.of(ca))) {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (var authority :
                    CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                store.setCertificateEntry("authority-" + store.size(), authority);
            }
            if (store.size() == 0) {
                throw new IOException("it holds no certificate");
            }
            var factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return Arrays.stream(factory.getTrustManagers())
                    .filter(X509TrustManager.class::isInstance)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(
                    "TEMPORAL_TLS_CA '" + ca + "' cannot be used: " + e.getMessage(), e);
        }
    }

    /** Leaves out the API key. */
    @Override
    public String toString() {
        return "TemporalAccess[tls=%s, ca=%s, certificate=%s, serverName=%s, apiKey=%s]"
                .formatted(tls, ca, certificate, serverName, apiKey.isBlank() ? "none" : "…");
    }
}
