package dev.kohakku.controller.brief;

import dev.kohakku.common.brief.Brief;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.task.TaskSpec;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A brief in the making. */
final class BriefParts {

    private final Map<String, Object> context = new TreeMap<>();
    private final TreeSet<String> environment = new TreeSet<>();
    private @Nullable String instructions;

    void instructions(@Nullable String text) {
        instructions = text;
    }

    void context(Map<String, Object> members) {
        context.putAll(members);
    }

    void environment(Collection<String> names) {
        environment.addAll(names);
    }

    Brief of(TaskId task, TaskSpec spec) {
        return new Brief(
                Brief.SCHEMA_VERSION,
                task,
                spec.name(),
                spec.image(),
                spec.command(),
                instructions,
                context,
                List.of(),
                Map.of(),
                List.copyOf(environment));
    }
}
