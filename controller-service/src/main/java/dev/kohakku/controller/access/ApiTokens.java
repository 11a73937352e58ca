package dev.kohakku.controller.access;

import dev.kohakku.common.brief.CanonicalJson;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** API tokens. Only their SHA-256 is stored: a token is 256 random bits, so no salt is needed. */
@Component
class ApiTokens {

    private final JdbcClient jdbc;

    ApiTokens(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Who shows this token; empty when it is unknown, expired or revoked. */
    Optional<Caller> callerOf(String token) {
        return jdbc.sql(
                        """
                        select organization_id, project_id, name from api_tokens
                        where sha256 = :sha256 and revoked_at is null and (expires_at is null or expires_at > now())
                        """)
                .param("sha256", sha256(token))
                .query((row, number) ->
                        new Caller(
                                row.getObject(1, UUID.class),
                                row.getObject(2, UUID.class),
                                "token:" + row.getString(3)))
                .optional();
    }

    static String sha256(String token) {
        return CanonicalJson.sha256(token);
    }
}
