package dev.kohakku.controller.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What an API token is good for. None implies another. */
public enum Scope {
    /** Whatever only looks: every GET but that of tokens. */
    READ,
    /** Submit and cancel tasks and workflow instances. */
    SUBMIT,
    /**
     * What changes how tasks are served: dispatchers, dead letters, leaks, the queue, prefetches.
     */
    OPERATE,
    /** What others sign in with: tokens, and logins of image registries. */
    ADMIN;

    /** As it is written everywhere: {@code read}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All of them, for a message. */
    static String words() {
        return Arrays.stream(values()).map(Scope::word).collect(Collectors.joining(", "));
    }

    /**
     * @throws IllegalArgumentException with a message for who wrote it
     */
    static Scope parse(String word) {
        for (var scope : values()) {
            if (scope.word().equals(word)) {
                return scope;
            }
        }
        throw new IllegalArgumentException("is not a scope; there are " + words());
    }
}
