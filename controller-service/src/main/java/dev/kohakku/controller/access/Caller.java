package dev.kohakku.controller.access;

import java.security.Principal;
import java.util.Set;
import java.util.UUID;

/**
 * Who makes a request. Endpoints take it as a parameter annotated with {@code
 * AuthenticationPrincipal}.
 *
 * @param organization whose data it may see
 * @param project where what it creates belongs
 * @param actor who it is in timelines: {@code token:<name>} or {@code dispatcher}
 * @param scopes what its token is good for; none of a dispatcher
 */
public record Caller(UUID organization, UUID project, String actor, Set<Scope> scopes)
        implements Principal {

    /** The organization and the project of everything until tenancy comes. */
    static final UUID DEFAULT_ORGANIZATION =
            UUID.fromString("00000000-0000-7000-8000-000000000001");

    static final UUID DEFAULT_PROJECT = UUID.fromString("00000000-0000-7000-8000-000000000002");

    @Override
    public String getName() {
        return actor;
    }
}
