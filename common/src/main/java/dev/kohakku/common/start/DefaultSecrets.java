package dev.kohakku.common.start;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.event.ApplicationContextInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;
import org.springframework.web.context.WebApplicationContext;

/**
 * Refuses the start where a secret still has its default, which everybody knows, and what it guards
 * can be reached from another machine. What the services show each other is guarded by where this
 * one listens; what opens an engine, by where the engine is.
 */
final class DefaultSecrets implements ApplicationListener<ApplicationContextInitializedEvent> {

    /** Where a web server of Spring Boot listens; unset for all addresses. */
    private static final String LISTENS_AT = "server.address";

    private static final String OWN = "insecure-";
    private static final String REPLICAS = "kohakku.replicas.urls";

    /**
     * A secret that has a default.
     *
     * @param property whose value it is
     * @param variable by which an operator sets it
     * @param known the default
     * @param reachedBy properties that name addresses of what it guards, where it is not this
     *     service alone
     */
    private record Secret(String property, String variable, String known, List<String> reachedBy) {

        boolean isOwn() {
            return known.startsWith(OWN);
        }
    }

    private static final List<Secret> SECRETS =
            List.of(
                    new Secret(
                            "kohakku.access.dispatcher-api-key",
                            "DISPATCHER_API_KEY",
                            "insecure-dispatcher-key",
                            List.of()),
                    new Secret(
                            "kohakku.attempt.callback-signing-key",
                            "CALLBACK_SIGNING_KEY",
                            "insecure-signing-key",
                            List.of()),
                    new Secret(
                            "kohakku.notification.signing-key",
                            "CALLBACK_SIGNING_KEY",
                            "insecure-signing-key",
                            List.of()),
                    new Secret(
                            "kohakku.dispatcher.api-key",
                            "DISPATCHER_API_KEY",
                            "insecure-dispatcher-key",
                            List.of("kohakku.dispatcher.url", "kohakku.dispatcher.agent-url")),
                    new Secret(
                            "kohakku.dispatcher.signing-key",
                            "CALLBACK_SIGNING_KEY",
                            "insecure-signing-key",
                            List.of("kohakku.dispatcher.url", "kohakku.dispatcher.agent-url")),
                    new Secret(
                            "kohakku.database.password",
                            "POSTGRES_PASSWORD",
                            "kohakku",
                            List.of(
                                    "kohakku.database.hosts",
                                    "kohakku.database.migration-url",
                                    REPLICAS)),
                    new Secret(
                            "kohakku.objects.secret-key",
                            "MINIO_SECRET_KEY",
                            "minioadmin",
                            List.of(
                                    "kohakku.objects.endpoint",
                                    "kohakku.objects.public-endpoint")));

    @Override
    public void onApplicationEvent(ApplicationContextInitializedEvent event) {
        var context = event.getApplicationContext();
        refuse(context.getEnvironment(), context instanceof WebApplicationContext);
    }

    /**
     * @param listens whether this process answers requests; one that does not, such as {@code
     *     migrate}, uses none but Postgres
     * @throws StartRefusedException naming every such secret at once
     */
    static void refuse(Environment environment, boolean listens) {
        var faults = new ArrayList<String>();
        var variables = new ArrayList<String>();
        for (var secret : SECRETS) {
            if (secret.known().equals(environment.getProperty(secret.property()))
                    && (listens || secret.variable().startsWith("POSTGRES"))) {
                exposure(secret, environment)
                        .filter(each -> !variables.contains(secret.variable()))
                        .ifPresent(exposure -> {
                            faults.add(
                                    "%s has its default value, and %s."
                                            .formatted(secret.variable(), exposure));
                            variables.add(secret.variable());
                        });
            }
        }
        if (!faults.isEmpty()) {
            throw new StartRefusedException(String.join(" ", faults), cure(variables));
        }
    }

    private static String cure(List<String> variables) {
        return "Set %s to a secret of your own, the same for all services of this installation (for"
                        .formatted(String.join(", ", variables))
                + " those of the platform: openssl rand -hex 32). To try it on this machine alone, let"
                + " everything stay on it: SERVER_ADDRESS=127.0.0.1 and engines on localhost, as"
                + " make run does with secrets of its own.";
    }

    private static Optional<String> exposure(Secret secret, Environment environment) {
        for (var property : secret.reachedBy()) {
            for (var address : addresses(property, environment)) {
                if (!address.isBlank() && !Loopback.isHostOf(address)) {
                    return Optional.of(
                            "what it guards is reached at %s (%s)"
                                    .formatted(Loopback.hostOf(address), property));
                }
            }
        }
        return secret.isOwn() ? listening(environment) : Optional.empty();
    }

    /** Those of a list, or of one URL, which may name several hosts and have commas behind a ?. */
    private static String[] addresses(String property, Environment environment) {
        var value = environment.getProperty(property, "");
        var isList = property.equals(REPLICAS);
        return (isList ? value : value.split("\\?", 2)[0]).split(",", -1);
    }

    private static Optional<String> listening(Environment environment) {
        var address = environment.getProperty(LISTENS_AT, "");
        if (address.isBlank()) {
            return Optional.of("this service listens on all addresses");
        }
        return Loopback.isHostOf(address)
                ? Optional.empty()
                : Optional.of("this service listens on " + address);
    }
}
