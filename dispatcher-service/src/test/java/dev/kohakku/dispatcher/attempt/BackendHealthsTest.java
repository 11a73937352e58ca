package dev.kohakku.dispatcher.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kohakku.common.time.TestingClock;
import dev.kohakku.common.wire.BackendStatus;
import dev.kohakku.dispatcher.backend.Backends;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackendHealthsTest {

    private final TestingBackend backend = new TestingBackend(new TestingClock());
    private final BackendHealths healths =
            new BackendHealths(new Backends(List.of(backend.served())));

    private BackendStatus look() {
        healths.look();
        return healths.statuses().getFirst();
    }

    @Test
    void theScopeOfABackendThatWasNeverHealthyIsUnknown() {
        backend.setDown(true);

        assertThat(look().scope()).isEqualTo("unknown");
        assertThat(look().healthy()).isFalse();
    }

    @Test
    void theScopeOutlivesAHiccupOfItsEngine() {
        assertThat(look().scope()).isEqualTo("memory");

        backend.setDown(true);
        assertThat(look().healthy()).isFalse();
        assertThat(look().scope()).isEqualTo("memory");
    }

    @Test
    void aScopeThatIsNotSaidLeavesTheOneBefore() {
        look();
        backend.failScopes(1);

        var status = look();

        assertThat(status.healthy()).isFalse();
        assertThat(status.scope()).isEqualTo("memory");
    }
}
