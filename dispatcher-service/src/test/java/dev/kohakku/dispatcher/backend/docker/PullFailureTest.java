package dev.kohakku.dispatcher.backend.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PullFailureTest {

    /** As engines and registries have put it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UNKNOWN | manifest for localhost:5000/x:1 not found: manifest unknown: manifest"
                        + " unknown",
                "UNKNOWN | no matching manifest for linux/amd64 in the manifest list entries",
                "UNKNOWN | invalid reference format",
                "DENIED | pull access denied for nosuch, repository does not exist or may require"
                        + " 'docker login': denied: requested access to the resource is denied",
                "DENIED | unauthorized: authentication required",
                "DENIED | Head \"http://127.0.0.1:5000/v2/x/manifests/1\": no basic auth credentials",
                "UNREACHABLE | Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup"
                        + " registry-1.docker.io on 10.0.0.2:53: no such host",
                "UNREACHABLE | Get \"http://localhost:5000/v2/\": dial tcp 127.0.0.1:5000: connect:"
                        + " connection refused",
                "UNREACHABLE | dial tcp: lookup registry-1.docker.io: Temporary failure in name"
                        + " resolution",
                "TROUBLED | toomanyrequests: You have reached your pull rate limit",
                "TROUBLED | received unexpected HTTP status: 503 Service Unavailable",
                "TROUBLED | net/http: TLS handshake timeout",
                "TROUBLED | unexpected EOF",
            })
    void theEnginesWordsAreUnderstood(PullFailure failure, String words) {
        assertThat(PullFailure.of(words)).isEqualTo(failure);
    }
}
