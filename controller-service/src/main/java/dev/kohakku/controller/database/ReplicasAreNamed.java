package dev.kohakku.controller.database;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** What only matters with replicas is not there without. */
final class ReplicasAreNamed implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        return Binder.get(context.getEnvironment())
                .bind("kohakku.replicas.urls", Bindable.listOf(String.class))
                .map(urls -> urls.stream().anyMatch(each -> !each.isBlank()))
                .orElse(false);
    }
}
