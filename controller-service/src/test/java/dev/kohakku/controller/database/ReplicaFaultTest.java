package dev.kohakku.controller.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.QueryTimeoutException;

class ReplicaFaultTest {

    @ParameterizedTest
    @CsvSource({
        "08006, AWAY",
        "08001, AWAY",
        "57P01, AWAY",
        "57P02, AWAY",
        "57P03, AWAY",
        "57P05, AWAY",
        "25006, AWAY",
        "40001, CONFLICT",
        "57014, OF_THE_READ",
        "42P01, OF_THE_READ",
        "22012, OF_THE_READ",
        "53300, OF_THE_READ",
        "XX000, OF_THE_READ"
    })
    void theStateTellsWhoseFaultItIs(String state, ReplicaFault fault) {
        var failure = new QueryTimeoutException("read", new SQLException("no", state));

        assertThat(ReplicaFault.of(failure)).isEqualTo(fault);
    }

    @Test
    void theFirstStateOnTheWayDownCounts() {
        var failure = new SQLException("outer", null, new SQLException("inner", "08003"));

        assertThat(ReplicaFault.of(failure)).isEqualTo(ReplicaFault.AWAY);
    }

    @Test
    void whatIsNotOfTheDatabaseIsTheReadsOwn() {
        assertThat(ReplicaFault.of(new IllegalStateException(new IOException())))
                .isEqualTo(ReplicaFault.OF_THE_READ);
    }
}
