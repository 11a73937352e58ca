package dev.kohakku.controller.access;

import dev.kohakku.common.wire.Problems;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/** Names the caller by what its headers show; leaves it unnamed where they show nothing right. */
final class HeaderFilter extends OncePerRequestFilter {

    private static final Pattern AUTHORIZATION =
            Pattern.compile("(?i:Token|Bearer) +([\\x21-\\x7e]{1,500}) *");

    /** What everybody may ask, and somebody known is told more. */
    private static final Set<String> READY = Set.of("/ready", "/ready/");

    private static final Logger log = LoggerFactory.getLogger(HeaderFilter.class);

    private final byte[] dispatcherKey;
    private final ApiTokens tokens;

    HeaderFilter(AccessProperties properties, ApiTokens tokens) {
        this.dispatcherKey = properties.dispatcherApiKey().getBytes(StandardCharsets.UTF_8);
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

    private void admitCallerOf(HttpServletRequest request) {
        dispatcherOf(request)
                .ifPresentOrElse(
                        caller -> admit(caller, AccessRules.DISPATCHER),
                        () ->
                                clientOf(request)
                                        .ifPresent(caller -> admit(caller, AccessRules.CLIENT)));
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

    private Optional<Caller> dispatcherOf(HttpServletRequest request) {
        var shown = request.getHeader(Problems.API_KEY_HEADER);
        return shown != null
                        && MessageDigest.isEqual(
                                dispatcherKey, shown.getBytes(StandardCharsets.UTF_8))
                ? Optional.of(
                        new Caller(
                                Caller.DEFAULT_ORGANIZATION, Caller.DEFAULT_PROJECT, "dispatcher"))
                : Optional.empty();
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

    private static void admit(Caller caller, String authority) {
        var context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(
                UsernamePasswordAuthenticationToken.authenticated(
                        caller, null, AuthorityUtils.createAuthorityList(authority)));
        SecurityContextHolder.setContext(context);
    }
}
