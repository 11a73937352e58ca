package dev.kohakku.controller.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.TransactionSystemException;

class DatabaseFaultsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08000", "08001", "08003", "08006", "25006", "25P03", "25P04", "40001", "40P01",
                "53100", "53200", "53300", "55P03", "57014", "57P01", "57P02", "57P03", "57P05"
            })
    void whatTheDatabaseDoesIsUnavailableWithATimeToComeBack(String state) {
        var thrown =
                new TransactionSystemException(
                        "JDBC commit failed", new SQLException("terminating\nconnection", state));

        var problem = CommonProblems.of(thrown, "POST /api/v1/tasks");

        assertThat(problem.status()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
        assertThat(problem.headers()).containsEntry("Retry-After", "2");
    }

    /** As the driver tells a server that was killed, or that says nothing any more. */
    @Test
    void aConnectionThatEndsOrFallsSilentIsNeverTheClientsFault() {
        for (var cause :
                List.of(new EOFException(), new SocketTimeoutException("Read timed out"))) {
            var thrown =
                    new DataAccessResourceFailureException(
                            "An I/O error occurred",
                            new PSQLException("no", PSQLState.CONNECTION_FAILURE, cause));

            var problem = CommonProblems.of(thrown, "POST /api/v1/tasks/1/callback/");

            assertThat(problem.status()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
            assertThat(problem.headers()).containsEntry("Retry-After", "2");
        }
    }

    @Test
    void anotherEngineThatFallsSilentIsNotTheClientsFaultEither() {
        var thrown =
                new IllegalStateException("the store", new SocketTimeoutException("timed out"));

        assertThat(CommonProblems.of(thrown, "POST /api/v1/tasks").status())
                .isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"23505", "42P01", "22001", "P0001", "XX000"})
    void whatIsOurDefectStaysOne(String state) {
        assertThat(CommonProblems.of(new SQLException("no", state), "GET /").status())
                .isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
    }

    @Test
    void aStatementThatAMigrationMadeStaleIsUnavailable() {
        assertThat(CommonProblems.of(saidBy("RevalidateCachedQuery"), "GET /").status())
                .isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
        assertThat(CommonProblems.of(saidBy("transformLockingClause"), "GET /").status())
                .as("what Postgres does not support is our defect")
                .isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
    }

    /** As the server sends it: each field begins with its letter. */
    private static PSQLException saidBy(String routine) {
        return new PSQLException(new ServerErrorMessage("SERROR\0C0A000\0Mno\0R" + routine + "\0"));
    }

    @Test
    void aPoolThatIsUsedUpIsUnavailable() {
        var thrown = new SQLTransientConnectionException("Connection is not available");

        assertThat(CommonProblems.of(thrown, "GET /").status())
                .isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
    }
}
