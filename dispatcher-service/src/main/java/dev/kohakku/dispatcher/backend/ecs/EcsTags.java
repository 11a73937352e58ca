package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ecs.model.Tag;

/** By what a task says whose it is. Nothing here holds a secret. */
final class EcsTags {

    static final String INSTALLATION = "dev.kohakku.installation";
    static final String TASK = "dev.kohakku.task";
    static final String ATTEMPT = "dev.kohakku.attempt";
    static final String EPOCH = "dev.kohakku.epoch";
    static final String DISPATCHER = "dev.kohakku.dispatcher";
    static final String DEADLINE = "dev.kohakku.deadline";

    /** On a task that has ended and is done with: ECS itself keeps it for an hour. */
    static final String DESTROYED = "dev.kohakku.destroyed";

    /** What ECS takes of a tag's value. */
    private static final int LONGEST = 256;

    private final String installation;
    private final String dispatcher;

    EcsTags(String installation, String dispatcher) {
        this.installation = installation;
        this.dispatcher = dispatcher;
    }

    List<Tag> of(ContainerSpec spec) {
        var tags = new ArrayList<Tag>();
        tags.add(tag(INSTALLATION, installation));
        tags.add(tag(TASK, spec.attempt().task().toString()));
        tags.add(tag(ATTEMPT, Integer.toString(spec.attempt().number())));
        tags.add(tag(EPOCH, spec.epoch().toString()));
        tags.add(tag(DISPATCHER, dispatcher));
        tags.add(tag(DEADLINE, spec.deadline().toString()));
        return tags;
    }

    /**
     * A tag whose value ECS takes: it knows fewer characters than names of dispatchers may have.
     */
    static Tag tag(String key, String value) {
        var allowed = value.replaceAll("[^\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]", "_");
        return Tag.builder()
                .key(key)
                .value(allowed.substring(0, Math.min(LONGEST, allowed.length())))
                .build();
    }

    /** Whose task it is; empty for another installation's, and for anybody else's. */
    Optional<AttemptId> attemptOf(List<Tag> tags) {
        Map<String, String> values =
                tags.stream().collect(Collectors.toMap(Tag::key, Tag::value, (one, _) -> one));
        if (!installation.equals(values.get(INSTALLATION))) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new AttemptId(
                            TaskId.parse(values.getOrDefault(TASK, "")),
                            Integer.parseInt(values.getOrDefault(ATTEMPT, ""))));
        } catch (IllegalArgumentException e) {
            // why: tags written by hand must not stop a listing.
            return Optional.empty();
        }
    }

    /**
     * The attempt's lock: within a cluster ECS makes one task of it, and answers with that one ever
     * after. At most 64 characters.
     */
    String clientToken(AttemptId attempt) {
        var hash = sha256(installation + "/" + attempt);
        return HexFormat.of().formatHex(hash, 0, 20);
    }

    /**
     * What the attempt's tasks are listed by: letters, digits and hyphens; 36 characters up to
     * attempt 999, which every version of the API takes.
     */
    static String startedBy(AttemptId attempt) {
        return attempt.task().toString().replace("-", "") + "-" + attempt.number();
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
