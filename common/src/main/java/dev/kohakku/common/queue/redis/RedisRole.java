package dev.kohakku.common.queue.redis;

import java.util.Locale;

/** What a Redis is for. One server may have all roles. */
public enum RedisRole {
    /** The streams and lists: wants {@code noeviction} and an append-only file. */
    QUEUE("removes entries of the queue"),
    /** Agent state and live logs: wants the same. */
    STATE("removes live logs and what agents have reported"),
    /** What can be made again: may evict, and needs no disk. */
    CACHE("");

    private final String whatEvictionDoes;

    RedisRole(String whatEvictionDoes) {
        this.whatEvictionDoes = whatEvictionDoes;
    }

    String whatEvictionDoes() {
        return whatEvictionDoes;
    }

    /** As it stands in metrics. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
