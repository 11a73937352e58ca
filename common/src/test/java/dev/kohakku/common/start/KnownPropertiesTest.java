package dev.kohakku.common.start;

import dev.kohakku.common.architecture.KnownProperties;
import org.junit.jupiter.api.Test;

class KnownPropertiesTest {

    @Test
    void everyPropertyOfAllServicesIsKnown() {
        KnownProperties.of("Every service", "dev.kohakku.common");
    }
}
