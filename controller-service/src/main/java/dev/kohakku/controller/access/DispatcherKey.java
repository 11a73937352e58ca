package dev.kohakku.controller.access;

import dev.kohakku.common.wire.Problems;
import dev.kohakku.controller.web.ServiceKey;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.springframework.stereotype.Component;

/** {@code DISPATCHER_API_KEY}, compared in a time that does not tell how much of it was right. */
@Component
class DispatcherKey implements ServiceKey {

    private final byte[] key;

    DispatcherKey(AccessProperties properties) {
        this.key = properties.dispatcherApiKey().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean isShownIn(HttpServletRequest request) {
        var shown = request.getHeader(Problems.API_KEY_HEADER);
        return shown != null && MessageDigest.isEqual(key, shown.getBytes(StandardCharsets.UTF_8));
    }
}
