package dev.kohakku.common.brief;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.task.TaskId;

/**
 * Where a brief is and what its bytes hash to.
 *
 * @param key {@code briefs/<task>/<sha256>.json}
 * @param sha256 of the stored bytes, 64 lower-case hexadecimal digits
 */
public record BriefRef(BlobKey key, String sha256) {

    public BriefRef {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "not a SHA-256 in lower-case hexadecimal: " + sha256);
        }
    }

    /** The reference of a task's brief with this hash. */
    public static BriefRef of(TaskId task, String sha256) {
        return new BriefRef(new BlobKey("briefs/" + task + "/" + sha256 + ".json"), sha256);
    }
}
