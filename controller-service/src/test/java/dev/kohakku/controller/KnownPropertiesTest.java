package dev.kohakku.controller;

import dev.kohakku.common.architecture.KnownProperties;
import org.junit.jupiter.api.Test;

class KnownPropertiesTest {

    @Test
    void everyPropertyIsKnown() {
        KnownProperties.of("Controller", "dev.kohakku.controller");
    }
}
