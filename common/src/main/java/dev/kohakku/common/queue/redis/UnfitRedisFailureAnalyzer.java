package dev.kohakku.common.queue.redis;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Lets a start that is refused end with the sentence instead of a stack trace. */
class UnfitRedisFailureAnalyzer extends AbstractFailureAnalyzer<UnfitRedisException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnfitRedisException cause) {
        return new FailureAnalysis(
                cause.getMessage(), "Change it on the server, then start again.", cause);
    }
}
