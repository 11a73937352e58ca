package dev.kohakku.controller.database;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kohakku.standalone.engine.EmbeddedPgBouncer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The machine's PgBouncer. Tests that need it are skipped where there is none, and fail there with
 * {@code KOHAKKU_REQUIRE_PGBOUNCER=1}.
 */
final class RequiredPgBouncer {

    private RequiredPgBouncer() {}

    static void orSkip() {
        var there = EmbeddedPgBouncer.program().isPresent();
        if (!there && "1".equals(System.getenv("KOHAKKU_REQUIRE_PGBOUNCER"))) {
            throw new AssertionError(
                    "KOHAKKU_REQUIRE_PGBOUNCER=1, but there is no pgbouncer on the path");
        }
        assumeTrue(there, "no pgbouncer");
    }

    /** Such as {@code 1.18.0}. */
    static String version() {
        try {
            var program = EmbeddedPgBouncer.program().orElseThrow().toString();
            var process = new ProcessBuilder(program, "--version").start();
            var text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return text.split("\\s+", -1)[1];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
