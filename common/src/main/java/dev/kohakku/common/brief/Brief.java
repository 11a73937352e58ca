package dev.kohakku.common.brief;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.TaskId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The document a container works from. Immutable once stored; every attempt of a task works from
 * the same one.
 *
 * <p>Holds no value of the environment, only names: values come through the container's environment
 * and may be confidential, while the brief lies in the object store and behind a link.
 *
 * @param schemaVersion {@link #SCHEMA_VERSION}; a reader refuses what it does not know
 * @param taskId the task
 * @param name of the task
 * @param image what runs
 * @param command program and arguments; empty for the image's own
 * @param instructions for the agent; null for none
 * @param context any JSON object
 * @param skills what the agent is taught, in the order asked for
 * @param configs content by name
 * @param environment the names of the variables the agent will find, secrets included, sorted
 */
public record Brief(
        int schemaVersion,
        TaskId taskId,
        String name,
        ImageReference image,
        List<String> command,
        @Nullable String instructions,
        Map<String, Object> context,
        List<Skill> skills,
        Map<String, Object> configs,
        List<String> environment) {

    /** The version of this shape. */
    public static final int SCHEMA_VERSION = 1;

    public Brief {
        command = List.copyOf(command);
        skills = List.copyOf(skills);
        // why not Map.copyOf: JSON has null values.
        context = Collections.unmodifiableMap(new TreeMap<>(context));
        configs = Collections.unmodifiableMap(new TreeMap<>(configs));
        environment = environment.stream().distinct().sorted().toList();
    }

    /**
     * A skill at one version.
     *
     * @param slug its name
     * @param key where its archive is
     * @param sha256 of the archive, 64 lower-case hexadecimal digits
     */
    public record Skill(String slug, BlobKey key, String sha256) {}

    /** The canonical form: what is stored and hashed. */
    public byte[] bytes() {
        return CanonicalJson.of(this);
    }

    /** The hash of {@link #bytes()}. */
    public String sha256() {
        return CanonicalJson.sha256(bytes());
    }

    /** Where it belongs in the object store. */
    public BriefRef ref() {
        return BriefRef.of(taskId, sha256());
    }
}
