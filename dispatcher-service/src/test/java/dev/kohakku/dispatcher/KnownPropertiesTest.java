package dev.kohakku.dispatcher;

import dev.kohakku.common.architecture.KnownProperties;
import org.junit.jupiter.api.Test;

class KnownPropertiesTest {

    @Test
    void everyPropertyIsKnown() {
        KnownProperties.of("Dispatcher", "dev.kohakku.dispatcher");
    }
}
