package dev.kohakku.workflow;

import dev.kohakku.common.architecture.KnownProperties;
import org.junit.jupiter.api.Test;

class KnownPropertiesTest {

    @Test
    void everyPropertyIsKnown() {
        KnownProperties.of("Workflow worker", "dev.kohakku.workflow");
    }
}
