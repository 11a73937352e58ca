package dev.kohakku.controller.access;

import dev.kohakku.common.wire.Problems;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Names the caller by what its headers show. The key of dispatchers is looked at first and alone
 * decides where it is shown: the right one names a dispatcher, a wrong one nobody (401), whatever
 * token comes with it. Without a key the token decides.
 */
final class HeaderFilter extends OncePerRequestFilter {

    private static final Pattern AUTHORIZATION =
            Pattern.compile("(?i:Token|Bearer) +([\\x21-\\x7e]{1,500}) *");

    /** What everybody may ask, and somebody known is told more. */
    private static final Set<String> READY = Set.of("/ready", "/ready/");

    private static final Logger log = LoggerFactory.getLogger(HeaderFilter.class);

    private static final Caller DISPATCHERS =
            new Caller(Caller.DEFAULT_ORGANIZATION, Caller.DEFAULT_PROJECT, "dispatcher", Set.of());

    private final DispatcherKey dispatcherKey;
    private final ApiTokens tokens;

    HeaderFilter(DispatcherKey dispatcherKey, ApiTokens tokens) {
        this.dispatcherKey = dispatcherKey;
        this.tokens = tokens;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request.getRequestURI().startsWith("/api/v1/")) {
            admitCallerOf(request);
        } else if (READY.contains(request.getRequestURI())) {
            admitIfKnown(request);
        }
        chain.doFilter(request, response);
    }

    // why a wrong key is not passed over: who shows one means to be a dispatcher, and has to hear
    // that it is not, instead of being taken for the client whose token came along.
    private void admitCallerOf(HttpServletRequest request) {
        if (request.getHeader(Problems.API_KEY_HEADER) == null) {
            clientOf(request).ifPresent(caller -> admit(caller, authoritiesOf(caller)));
        } else if (dispatcherKey.isShownIn(request)) {
            admit(DISPATCHERS, List.of(AccessRules.DISPATCHER));
        }
    }

    /** Whoever is not known is a stranger, also where Postgres cannot be asked. */
    private void admitIfKnown(HttpServletRequest request) {
        try {
            admitCallerOf(request);
        } catch (DataAccessException away) {
            // why no more: that it is away is what the answer says; the key of dispatchers is
            // known without it.
            log.debug("nobody is known while Postgres does not answer", away);
        }
    }

    private Optional<Caller> clientOf(HttpServletRequest request) {
        // why not for callbacks: their bearer token is the attempt's own.
        if (request.getRequestURI().endsWith("/callback/")) {
            return Optional.empty();
        }
        var shown = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (shown == null) {
            return Optional.empty();
        }
        var match = AUTHORIZATION.matcher(shown);
        return match.matches() ? tokens.callerOf(match.group(1)) : Optional.empty();
    }

    private static List<String> authoritiesOf(Caller client) {
        return Stream.concat(
                        Stream.of(AccessRules.CLIENT),
                        client.scopes().stream().map(AccessRules::authority))
                .toList();
    }

    private static void admit(Caller caller, List<String> authorities) {
        var context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(
                UsernamePasswordAuthenticationToken.authenticated(
                        caller, null, AuthorityUtils.createAuthorityList(authorities)));
        SecurityContextHolder.setContext(context);
    }
}
