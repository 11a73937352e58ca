package dev.kohakku.controller.notification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;

class WebhookSignatureTest {

    @Test
    void theExampleOfStandardWebhooksIsSignedAsItsLibrariesSignIt() {
        var key = Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

        assertThat(
                        new WebhookSignature(key)
                                .of(
                                        "msg_p5jXN8AQM9LWM0D4loKWxJek",
                                        1_614_265_330,
                                        "{\"test\": 2432232314}"))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    // docs/notifications.md gives operators this way to learn the secret:
    // printf callback-url | openssl dgst -sha256 -hmac "$CALLBACK_SIGNING_KEY" -binary | base64
    @Test
    void theSecretIsTheOneOpensslDerives() {
        assertThat(WebhookSignature.derivedFrom("a-key").secret())
                .isEqualTo("whsec_olsXGsAP7NslnxQf/OLCm/lJBivCOeNVdOB5GkmS5m0=");
    }
}
