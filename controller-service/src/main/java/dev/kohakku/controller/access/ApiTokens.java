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
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** API tokens. Only their SHA-256 is stored: a token is 256 random bits, so no salt is needed. */
@Component
class ApiTokens {

    private static final String PREFIX = "khk_";
    private static final int BYTES = 32;

    private static final Logger LOG = LoggerFactory.getLogger(ApiTokens.class);

    private final SecureRandom random = new SecureRandom();
    private final JdbcClient jdbc;

    ApiTokens(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    private record Holder(UUID token, Caller caller, boolean lastUseIsOld) {}

    /** Who shows this token; empty when it is unknown, expired or revoked. Notes its use. */
    Optional<Caller> callerOf(String token) {
        var holder =
                jdbc.sql(
                                """
                                select id, organization_id, project_id, name, scopes,
                                    last_used_at is null or last_used_at < now() - interval '10 minutes'
                                from api_tokens
                                where sha256 = :sha256 and revoked_at is null and (expires_at is null or expires_at > now())
                                """)
                        .param("sha256", sha256(token))
                        .query((row, number) ->
                                new Holder(
                                        row.getObject(1, UUID.class),
                                        new Caller(
                                                row.getObject(2, UUID.class),
                                                row.getObject(3, UUID.class),
                                                "token:" + row.getString(4),
                                                scopes(row, 5)),
                                        row.getBoolean(6)))
                        .optional();
        holder.filter(Holder::lastUseIsOld).ifPresent(used -> noteUse(used.token()));
        return holder.map(Holder::caller);
    }

    private void noteUse(UUID token) {
        try {
            jdbc.sql(
                            """
                            update api_tokens set last_used_at = now() where id =
                                (select id from api_tokens where id = :id for no key update skip locked)
                            """)
                    .param("id", token)
                    .update();
        } catch (DataAccessException unnoted) {
            // why no more: it is a hint for people, and the next request notes it.
            LOG.debug("the use of token {} could not be noted", token, unnoted);
        }
    }

    private static Set<Scope> scopes(ResultSet row, int column) throws SQLException {
        var words = (String[]) row.getArray(column).getArray();
        var scopes = EnumSet.noneOf(Scope.class);
        for (var scope : Scope.values()) {
            // why this way round: a scope of a later release means nothing here.
            if (List.of(words).contains(scope.word())) {
                scopes.add(scope);
            }
        }
        return Collections.unmodifiableSet(scopes);
    }

    private static List<String> words(Set<Scope> scopes) {
        return scopes.stream().sorted().map(Scope::word).toList();
    }

    /** Makes a token for the caller's project. */
    TokenApi.MadeToken make(
            Caller caller, String name, Set<Scope> scopes, @Nullable Instant expires) {
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        var token = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return jdbc.sql(
                        """
                        insert into api_tokens
                            (id, organization_id, project_id, name, sha256, scopes, created_by, expires_at)
                        values (:id, :organization, :project, :name, :sha256, cast(:scopes as text[]), :by,
                            cast(:expires as timestamptz))
                        returning id, name, scopes, created_at, expires_at
                        """)
                .param("id", Generators.timeBasedEpochGenerator().generate())
                .param("organization", caller.organization())
                .param("project", caller.project())
                .param("name", name)
                .param("sha256", sha256(token))
                .param("scopes", words(scopes).toArray(new String[0]))
                .param("by", caller.actor())
                .param("expires", expires == null ? null : expires.toString(), Types.VARCHAR)
                .query((row, number) ->
                        new TokenApi.MadeToken(
                                row.getObject("id", UUID.class),
                                row.getString("name"),
                                words(scopes(row, row.findColumn("scopes"))),
                                token,
                                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                                moment(row, "expires_at")))
                .single();
    }

    /** Tokens of the caller's organization, the newest first. */
    List<TokenApi.TokenView> list(Caller caller, @Nullable UUID after, int most) {
        return jdbc.sql(
                        """
                        select id, name, scopes, created_at, created_by, last_used_at, expires_at, revoked_at
                        from api_tokens
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
                                words(scopes(row, row.findColumn("scopes"))),
                                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                                row.getString("created_by"),
                                moment(row, "last_used_at"),
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
