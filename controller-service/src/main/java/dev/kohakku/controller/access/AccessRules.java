package dev.kohakku.controller.access;

import dev.kohakku.controller.web.ProblemWriter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;

/** Holds callers to {@link AccessTable}. */
@Configuration(proxyBeanMethods = false)
class AccessRules {

    static final String DISPATCHER = "dispatcher";
    static final String CLIENT = "client";

    @Bean
    SecurityFilterChain security(
            HttpSecurity http,
            DispatcherKey dispatcherKey,
            ApiTokens tokens,
            ProblemWriter problems)
            throws Exception {
        var refusal = new Refusal(problems);
        return http.csrf(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .anonymous(AbstractHttpConfigurer::disable)
                .sessionManagement(
                        sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .exceptionHandling(errors ->
                        errors.authenticationEntryPoint(refusal).accessDeniedHandler(refusal))
                .addFilterBefore(new HeaderFilter(dispatcherKey, tokens), AuthorizationFilter.class)
                .authorizeHttpRequests(AccessRules::authorize)
                .build();
    }

    private static void authorize(
            AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry
                    rules) {
        for (var line : AccessTable.LINES) {
            var requests = rules.requestMatchers(line.matcher());
            switch (line.audience()) {
                case Audience.Everybody _ -> requests.permitAll();
                case Audience.Dispatchers _ -> requests.hasAuthority(DISPATCHER);
                case Audience.Clients _ -> requests.hasAuthority(CLIENT);
                case Audience.Holders(var scope) -> requests.hasAuthority(authority(scope));
            }
        }
        rules.anyRequest().denyAll();
    }

    static String authority(Scope scope) {
        return "scope:" + scope.word();
    }

    /** None: it keeps Spring Boot from making up a user and logging a password. */
    @Bean
    AuthenticationManager authenticationManager() {
        return authentication -> authentication;
    }
}
