package dev.kohakku.dispatcher.backend.kubernetes;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an API server keeps, with its rules: versions, finalizers, preconditions, graceful deletion,
 * and the history that a watch reads. Thread-safe.
 */
final class TestingObjects {

    static final JsonMapper JSON = JsonMapper.builder().build();

    private final Map<String, ObjectNode> objects = new TreeMap<>();
    private final List<Event> history = new ArrayList<>();
    private long version = 100;
    private long compacted = 100;

    /** A change of a Pod. */
    record Event(long version, String type, ObjectNode object) {}

    static String key(String kind, String namespace, String name) {
        return kind + "/" + namespace + "/" + name;
    }

    synchronized ObjectNode create(String kind, String namespace, ObjectNode object) {
        var meta = (ObjectNode) object.get("metadata");
        var key = key(kind, namespace, meta.get("name").asString());
        if (objects.containsKey(key)) {
            throw new TestingRefusal(409, "AlreadyExists", key + " already exists");
        }
        meta.put("namespace", namespace);
        meta.put("uid", UUID.randomUUID().toString());
        meta.put("creationTimestamp", now().toString());
        objects.put(key, object);
        changed("ADDED", object);
        return object.deepCopy();
    }

    synchronized Optional<ObjectNode> get(String key) {
        return Optional.ofNullable(objects.get(key)).map(ObjectNode::deepCopy);
    }

    synchronized ObjectNode mustGet(String key) {
        return get(key).orElseThrow(() -> new TestingRefusal(404, "NotFound", key + " not found"));
    }

    synchronized List<ObjectNode> list(String prefix, Predicate<JsonNode> wanted) {
        return objects.entrySet().stream()
                .filter(each -> each.getKey().startsWith(prefix) && wanted.test(each.getValue()))
                .map(each -> each.getValue().deepCopy())
                .toList();
    }

    /** Changes an object, if it is there. */
    synchronized void change(String key, Consumer<ObjectNode> change) {
        var object = objects.get(key);
        if (object != null) {
            change.accept(object);
            changed("MODIFIED", object);
            removeIfDone(key);
        }
    }

    /** Takes an object away, whatever holds it: somebody with all rights, or a broken etcd. */
    synchronized void vanish(String key) {
        if (objects.containsKey(key)) {
            gone(key);
        }
    }

    synchronized ObjectNode patch(String key, JsonNode operations) {
        var patched = mustGet(key);
        for (var operation : operations) {
            TestingPatch.apply(patched, operation);
        }
        objects.put(key, patched);
        changed("MODIFIED", patched);
        removeIfDone(key);
        return patched.deepCopy();
    }

    synchronized ObjectNode delete(String key, JsonNode options) {
        var object = objects.get(key);
        if (object == null) {
            throw new TestingRefusal(404, "NotFound", key + " not found");
        }
        var meta = (ObjectNode) object.get("metadata");
        for (var each : List.of("uid", "resourceVersion")) {
            var wanted = options.at("/preconditions/" + each).asString("");
            if (!wanted.isEmpty() && !wanted.equals(meta.get(each).asString())) {
                throw new TestingRefusal(409, "Conflict", "the precondition " + each + " failed");
            }
        }
        long grace = options.path("gracePeriodSeconds").asLong(30);
        if (!key.startsWith("pods/") || !isOnNode(object) || hasEnded(object)) {
            grace = 0;
        }
        if (!meta.has("deletionTimestamp")
                || grace < meta.path("deletionGracePeriodSeconds").asLong(0)) {
            meta.put("deletionTimestamp", now().plusSeconds(grace).toString());
            meta.put("deletionGracePeriodSeconds", grace);
            changed("MODIFIED", object);
        }
        removeIfDone(key);
        return object.deepCopy();
    }

    /** Deleted, its grace over, and nobody holds it. */
    private void removeIfDone(String key) {
        var object = objects.get(key);
        var meta = object.get("metadata");
        var isDone =
                meta.has("deletionTimestamp")
                        && (meta.path("deletionGracePeriodSeconds").asLong(0) == 0
                                || hasEnded(object));
        if (isDone && meta.path("finalizers").isEmpty()) {
            gone(key);
        }
    }

    /** It is removed, and what it owned with it: the garbage collector's work. */
    private void gone(String key) {
        var owner = objects.remove(key);
        changed("DELETED", owner);
        var uid = owner.at("/metadata/uid");
        objects.values().removeIf(each -> each.at("/metadata/ownerReferences/0/uid").equals(uid));
    }

    static boolean isOnNode(JsonNode pod) {
        return !pod.at("/spec/nodeName").asString("").isEmpty();
    }

    static boolean hasEnded(JsonNode pod) {
        var phase = pod.at("/status/phase").asString("");
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    private void changed(String type, ObjectNode object) {
        ((ObjectNode) object.get("metadata")).put("resourceVersion", "" + ++version);
        if ("Pod".equals(object.path("kind").asString(""))) {
            history.add(new Event(version, type, object.deepCopy()));
        }
        notifyAll();
    }

    synchronized long version() {
        return version;
    }

    /** Forgets the history: who watches from before gets 410. */
    synchronized void compact() {
        history.clear();
        compacted = ++version;
        notifyAll();
    }

    synchronized void mustNotBeCompacted(long wanted) {
        if (wanted < compacted) {
            throw new TestingRefusal(
                    410, "Expired", "too old resource version: " + wanted + " (" + compacted + ")");
        }
    }

    /** The events after a version; waits a moment for one. */
    synchronized List<Event> after(long from) throws InterruptedException {
        mustNotBeCompacted(from);
        // why not the version: Secrets grow it too, and are not watched.
        if (history.isEmpty() || history.getLast().version() <= from) {
            TimeUnit.MILLISECONDS.timedWait(this, 50);
        }
        return history.stream().filter(event -> event.version() > from).toList();
    }

    static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    static ArrayNode array() {
        return JSON.createArrayNode();
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }
}
