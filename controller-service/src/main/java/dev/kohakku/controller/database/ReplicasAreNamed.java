package dev.kohakku.controller.database;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** What only matters with replicas is not there without. */
final class ReplicasAreNamed implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        return !context.getEnvironment().getProperty("kohakku.replicas.urls", "").isBlank();
    }
}
