package dev.kohakku.controller.web;

import dev.kohakku.common.telemetry.LogContext;
import io.micrometer.observation.ObservationPredicate;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** What logs, metrics and traces say of a request. */
@Configuration(proxyBeanMethods = false)
class Observed implements WebMvcConfigurer {

    private static final Set<String> PROBES =
            Set.of("/health/", "/health", "/ready/", "/ready", "/actuator/prometheus");

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new TaskInLog());
    }

    /** why: who asks whether we live is no part of any work, and asks all the time. */
    @Bean
    ObservationPredicate probesAreNotObserved() {
        return (name, context) ->
                !(context instanceof ServerRequestObservationContext request
                        && PROBES.contains(
                                Objects.requireNonNull(request.getCarrier()).getRequestURI()));
    }

    /** Names the task and the attempt of a path in what is logged for the request. */
    private static final class TaskInLog implements HandlerInterceptor {

        private static final String KEPT = TaskInLog.class.getName();

        @Override
        public boolean preHandle(
                HttpServletRequest request, HttpServletResponse response, Object handler) {
            if (request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE)
                            instanceof Map<?, ?> named
                    && named.containsKey("task")) {
                request.setAttribute(
                        KEPT,
                        LogContext.ofRequest(
                                String.valueOf(named.get("task")), (String) named.get("attempt")));
            }
            return true;
        }

        @Override
        public void afterCompletion(
                HttpServletRequest request,
                HttpServletResponse response,
                Object handler,
                @Nullable Exception failed) {
            if (request.getAttribute(KEPT) instanceof LogContext kept) {
                kept.close();
            }
        }
    }
}
