package dev.kohakku.dispatcher.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** {@code DISPATCHER_API_KEY}, which a caller shows. */
final class ShownKey {

    private final byte[] key;

    ShownKey(String key) {
        this.key = key.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether it is the key; takes as long whatever is wrong with it. */
    boolean isShownBy(@Nullable String shown) {
        return shown != null && MessageDigest.isEqual(key, shown.getBytes(StandardCharsets.UTF_8));
    }
}
