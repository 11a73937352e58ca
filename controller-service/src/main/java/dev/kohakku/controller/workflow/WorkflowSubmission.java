package dev.kohakku.controller.workflow;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to start a workflow, validated.
 *
 * @param kind which
 * @param input what it starts with, as it was sent
 * @param key the idempotency key; null for none
 * @param sha256 of the canonical form of the whole request
 */
record WorkflowSubmission(
        WorkflowKind kind, Map<String, Object> input, @Nullable String key, String sha256) {}
