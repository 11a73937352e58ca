package dev.kohakku.controller.brief;

import dev.kohakku.common.task.TaskSpec;

/** One kind of thing a brief is made of. Deterministic: the same spec adds the same parts. */
sealed interface BriefSource {

    /** Adds what the spec asks for. Never a secret's value, never a value of the environment. */
    void contribute(TaskSpec spec, BriefParts parts);

    /** What the client wants to have done, in its own words. */
    record Instructions() implements BriefSource {
        @Override
        public void contribute(TaskSpec spec, BriefParts parts) {
            parts.instructions(spec.instructions());
        }
    }

    /** What the client knows about it, as JSON. */
    record Context() implements BriefSource {
        @Override
        public void contribute(TaskSpec spec, BriefParts parts) {
            parts.context(spec.context());
        }
    }

    /** The names of the variables the container will find. */
    record Environment() implements BriefSource {
        @Override
        public void contribute(TaskSpec spec, BriefParts parts) {
            parts.environment(spec.env().keySet());
            parts.environment(spec.secrets());
        }
    }
}
