package dev.kohakku.controller.role;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.loop.LoopDrill;
import dev.kohakku.controller.testing.ControllerTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

/** A Controller that runs all of its loops, on engines of which Temporal is away. */
@ControllerTest
@DirtiesContext
@TestPropertySource(properties = "KOHAKKU_ROLES=api,worker")
class EveryLoopIT {

    @Autowired List<RoleLoop> loops;

    @Test
    void everyLoopStopsInTimeAtAnyMomentAndLeavesNoThread() throws Exception {
        assertThat(loops).hasSizeGreaterThan(12);
        assertThat(loops.stream().map(each -> each.loop().name())).doesNotHaveDuplicates();

        for (var each : loops) {
            LoopDrill.drill(each.loop());
        }
    }
}
