package dev.kohakku.controller.access;

import com.fasterxml.uuid.Generators;
import dev.kohakku.common.brief.CanonicalJson;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** API tokens. Only their SHA-256 is stored: a token is 256 random bits, so no salt is needed. */
@Component
class ApiTokens {

    private static final String PREFIX = "khk_";
    private static final int BYTES = 32;

    private final SecureRandom random = new SecureRandom();
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

    /** Makes a token for the caller's project. */
    TokenApi.MadeToken make(Caller caller, String name, @Nullable Instant expires) {
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        var token = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return jdbc.sql(
                        """
                        insert into api_tokens (id, organization_id, project_id, name, sha256, expires_at)
                        values (:id, :organization, :project, :name, :sha256, cast(:expires as timestamptz))
                        returning id, name, created_at, expires_at
                        """)
                .param("id", Generators.timeBasedEpochGenerator().generate())
                .param("organization", caller.organization())
                .param("project", caller.project())
                .param("name", name)
                .param("sha256", sha256(token))
                .param("expires", expires == null ? null : expires.toString(), Types.VARCHAR)
                .query((row, number) ->
                        new TokenApi.MadeToken(
                                row.getObject("id", UUID.class),
                                row.getString("name"),
                                token,
                                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                                moment(row, "expires_at")))
                .single();
    }

    /** Tokens of the caller's organization, the newest first. */
    List<TokenApi.TokenView> list(Caller caller, @Nullable UUID after, int most) {
        return jdbc.sql(
                        """
                        select id, name, created_at, expires_at, revoked_at from api_tokens
                        where organization_id = :organization and (cast(:after as uuid) is null or id < :after)
                        order by id desc limit :most
                        """)
                .param("organization", caller.organization())
                .param("after", after, Types.OTHER)
                .param("most", most)
                .query((row, number) ->
                        new TokenApi.TokenView(
                                row.getObject("id", UUID.class),
                                row.getString("name"),
                                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                                moment(row, "expires_at"),
                                moment(row, "revoked_at")))
                .list();
    }

    /** Revokes a token; returns whether there is such a token. */
    boolean revoke(Caller caller, UUID id) {
        return jdbc.sql(
                                """
                                update api_tokens set revoked_at = coalesce(revoked_at, now())
                                where id = :id and organization_id = :organization
                                """)
                        .param("id", id)
                        .param("organization", caller.organization())
                        .update()
                == 1;
    }

    static String sha256(String token) {
        return CanonicalJson.sha256(token);
    }

    private static @Nullable Instant moment(ResultSet row, String column) throws SQLException {
        var moment = row.getObject(column, OffsetDateTime.class);
        return moment == null ? null : moment.toInstant();
    }
}
