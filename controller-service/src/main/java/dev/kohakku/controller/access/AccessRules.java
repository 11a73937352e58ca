package dev.kohakku.controller.access;

import dev.kohakku.controller.web.ProblemWriter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;

/** Which path asks for what. */
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
                .authorizeHttpRequests(rules ->
                        rules.requestMatchers(HttpMethod.POST, "/api/v1/tasks/*/callback/")
                                .permitAll()
                                .requestMatchers(
                                        HttpMethod.GET,
                                        "/api/v1/openapi.json/**",
                                        "/api/v1/openapi.json")
                                .permitAll()
                                // why first: what operators do to dispatchers lies among what
                                // dispatchers do themselves.
                                .requestMatchers(
                                        HttpMethod.POST,
                                        "/api/v1/dispatchers/*/cordon",
                                        "/api/v1/dispatchers/*/drain",
                                        "/api/v1/dispatchers/*/uncordon")
                                .hasAuthority(CLIENT)
                                .requestMatchers(
                                        HttpMethod.POST,
                                        "/api/v1/dispatchers/**",
                                        "/api/v1/tasks/*/attempts/**")
                                .hasAuthority(DISPATCHER)
                                .requestMatchers("/api/v1/**")
                                .hasAuthority(CLIENT)
                                .anyRequest()
                                .permitAll())
                .build();
    }

    /** None: it keeps Spring Boot from making up a user and logging a password. */
    @Bean
    AuthenticationManager authenticationManager() {
        return authentication -> authentication;
    }
}
