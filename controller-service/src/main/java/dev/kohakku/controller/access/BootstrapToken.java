package dev.kohakku.controller.access;

import com.fasterxml.uuid.Generators;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Makes {@code KOHAKKU_BOOTSTRAP_TOKEN} the value of the token named {@code bootstrap}, with every
 * scope. Idempotent and safe on many replicas at once. A changed value revokes the one before it:
 * whoever changes the variable wants the old one to stop working. What was revoked stays so, also
 * when the variable still has it.
 */
@Component
class BootstrapToken implements ApplicationRunner {

    static final String NAME = "bootstrap";

    /** As in {@code application.yml}. */
    static final String DEFAULT_SIGNING_KEY = "insecure-signing-key";

    private static final Logger log = LoggerFactory.getLogger(BootstrapToken.class);

    private final AccessProperties properties;
    private final String signingKey;
    private final JdbcClient jdbc;

    BootstrapToken(
            AccessProperties properties,
            // why not of its own: modules that sign have it, and this one only warns.
            @Value("${kohakku.attempt.callback-signing-key}") String signingKey,
            JdbcClient jdbc) {
        this.properties = properties;
        this.signingKey = signingKey;
        this.jdbc = jdbc;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        if (AccessProperties.DEFAULT_DISPATCHER_API_KEY.equals(properties.dispatcherApiKey())) {
            log.warn(
                    "DISPATCHER_API_KEY is not set: anybody who knows the default can act as a dispatcher");
        }
        if (DEFAULT_SIGNING_KEY.equals(signingKey)) {
            log.warn(
                    "CALLBACK_SIGNING_KEY is not set: anybody who knows the default can forge reports of ends, keys of agents and announcements");
        }
        if (properties.bootstrapToken().isEmpty()) {
            return;
        }
        if (!makeValid(ApiTokens.sha256(properties.bootstrapToken()))) {
            log.warn(
                    "KOHAKKU_BOOTSTRAP_TOKEN has a value that was revoked, and opens nothing: set another one");
        }
    }

    /**
     * Makes it valid and revokes those made earlier: of two replicas that start at once with two
     * values the later one stays.
     *
     * @return false when it was revoked, and stays so
     */
    private boolean makeValid(String sha256) {
        jdbc.sql(
                        """
                        insert into api_tokens (id, organization_id, project_id, name, sha256, scopes)
                        values (:id, :organization, :project, 'bootstrap', :sha256, cast(:scopes as text[]))
                        on conflict (sha256) do nothing
                        """)
                .param("id", Generators.timeBasedEpochGenerator().generate())
                .param("organization", Caller.DEFAULT_ORGANIZATION)
                .param("project", Caller.DEFAULT_PROJECT)
                .param("sha256", sha256)
                .param(
                        "scopes",
                        Arrays.stream(Scope.values()).map(Scope::word).toArray(String[]::new))
                .update();
        var revoked =
                jdbc.sql("select revoked_at is not null from api_tokens where sha256 = :sha256")
                        .param("sha256", sha256)
                        .query(Boolean.class)
                        .single();
        if (!revoked) {
            jdbc.sql(
                            """
                            update api_tokens set revoked_at = now()
                            where name = 'bootstrap' and revoked_at is null
                                and created_at < (select created_at from api_tokens where sha256 = :sha256)
                            """)
                    .param("sha256", sha256)
                    .update();
        }
        return !revoked;
    }
}
