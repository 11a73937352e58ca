package dev.kohakku.dispatcher;

import static org.assertj.core.api.Assertions.assertThatNoException;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModulesTest {

    @Test
    void theArrowsBetweenTheModulesPointDown() {
        assertThatNoException()
                .isThrownBy(() -> ApplicationModules.of(DispatcherApplication.class).verify());
    }
}
