package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.dispatcher.backend.BackendException;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The few requests there are about Pods and Secrets. What an answer may be is a value, everything
 * else is a {@link BackendException}. Thread-safe.
 */
final class PodApi {

    /** Keeps a Pod object, with its end, until we have taken it. */
    static final String FINALIZER = "dev.kohakku/evidence";

    private static final long PAGE = 500;
    private static final int MISSING = 404;
    private static final int CONFLICT = 409;
    private static final int GONE = 410;
    private static final int INVALID = 422;

    private final Cluster cluster;

    PodApi(Cluster cluster) {
        this.cluster = cluster;
    }

    Optional<Pod> get(String namespace, String name) throws InterruptedException {
        try {
            return Optional.ofNullable(
                    cluster.ask(
                            client -> client.pods().inNamespace(namespace).withName(name).get()));
        } catch (KubernetesClientException e) {
            throw looked("read Pod " + name, e);
        }
    }

    /** Every Pod with these labels, as it was at one moment. */
    List<Pod> list(String namespace, Map<String, String> labels) throws InterruptedException {
        var all = new LinkedHashMap<String, Pod>();
        var _ = list(namespace, labels, pod -> all.put(pod.getMetadata().getName(), pod));
        return List.copyOf(all.values());
    }

    /**
     * Hands every Pod with these labels on, read in pages. One may be handed on twice: pages that
     * the server has no more are read again from the first.
     *
     * @return the version of the list, from which a watch goes on
     */
    String list(String namespace, Map<String, String> labels, Consumer<Pod> each)
            throws InterruptedException {
        String next = null;
        while (true) {
            var options = new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build();
            try {
                var page =
                        cluster.ask(client ->
                                client.pods()
                                        .inNamespace(namespace)
                                        .withLabels(labels)
                                        .list(options));
                page.getItems().forEach(each);
                next = page.getMetadata().getContinue();
                if (next == null || next.isEmpty()) {
                    return page.getMetadata().getResourceVersion();
                }
            } catch (KubernetesClientException e) {
                if (next == null || e.getCode() != GONE) {
                    throw looked("list Pods in namespace " + namespace, e);
                }
                next = null;
            }
        }
    }

    /** Makes a Pod; empty where there is one of this name. */
    Optional<Pod> create(String namespace, Pod pod) throws InterruptedException {
        try {
            return Optional.of(
                    cluster.ask(
                            client -> client.pods().inNamespace(namespace).resource(pod).create()));
        } catch (KubernetesClientException e) {
            if (isConflict(e)) {
                return Optional.empty();
            }
            throw Cluster.failure("create Pod " + pod.getMetadata().getName(), e);
        }
    }

    /** Makes a Secret, in place of one that an earlier Pod of this name owned. */
    void create(String namespace, Secret secret) throws InterruptedException {
        var name = secret.getMetadata().getName();
        while (!tryToCreate(namespace, secret)) {
            if (isThere(namespace, name, secret)) {
                return;
            }
        }
    }

    private boolean tryToCreate(String namespace, Secret secret) throws InterruptedException {
        try {
            cluster.ask(
                    client -> client.secrets().inNamespace(namespace).resource(secret).create());
            return true;
        } catch (KubernetesClientException e) {
            if (isConflict(e)) {
                return false;
            }
            throw Cluster.failure("create the Secret of " + secret.getMetadata().getName(), e);
        }
    }

    /** Whether the Secret that is there is this one; one of an earlier Pod is removed. */
    private boolean isThere(String namespace, String name, Secret wanted)
            throws InterruptedException {
        Secret found;
        try {
            found =
                    cluster.ask(
                            client -> client.secrets().inNamespace(namespace).withName(name).get());
        } catch (KubernetesClientException e) {
            throw looked("read the Secret " + name, e);
        }
        if (found == null) {
            return false;
        }
        if (uidOfOwner(found).equals(uidOfOwner(wanted))) {
            return true;
        }
        deleteIfSame("secrets", found, new DeleteOptionsBuilder());
        return false;
    }

    private static String uidOfOwner(Secret secret) {
        var owners = secret.getMetadata().getOwnerReferences();
        return owners == null || owners.isEmpty() ? "" : owners.getFirst().getUid();
    }

    /**
     * Lets the scheduler have a Pod, and keeps the object from now on. Gates and finalizers of
     * others stay.
     *
     * @return false where it is not as it was read: somebody else has let it go or changed its
     *     gates or finalizers, or it is another Pod or none
     */
    boolean release(Pod pod) throws InterruptedException {
        var meta = pod.getMetadata();
        var gate = "/spec/schedulingGates/" + placeOfGate(pod);
        var finalizers = "/metadata/finalizers";
        var isFirst = meta.getFinalizers() == null || meta.getFinalizers().isEmpty();
        var operations = new ArrayList<Map<String, Object>>();
        operations.add(operation("test", "/metadata/uid", meta.getUid()));
        operations.add(operation("test", gate + "/name", PodRequest.GATE));
        operations.add(Map.of("op", "remove", "path", gate));
        if (isFirst) {
            operations.add(operation("test", finalizers, null));
        }
        operations.add(
                isFirst
                        ? operation("add", finalizers, List.of(FINALIZER))
                        : operation("add", finalizers + "/-", FINALIZER));
        return patch(pod, operations, Cluster::failure);
    }

    private static int placeOfGate(Pod pod) {
        var gates = pod.getSpec().getSchedulingGates();
        return gates.stream().map(each -> each.getName()).toList().indexOf(PodRequest.GATE);
    }

    /** One of JSON Patch (RFC 6902). A test for null passes where there is nothing. */
    private static Map<String, Object> operation(String op, String path, @Nullable Object value) {
        var operation = new HashMap<String, Object>();
        operation.put("op", op);
        operation.put("path", path);
        operation.put("value", value);
        return operation;
    }

    /**
     * Gives the object up: it goes as soon as it is deleted and nothing of it runs.
     *
     * @return false where it is not as it was read
     */
    boolean forget(Pod pod) throws InterruptedException {
        var finalizers = pod.getMetadata().getFinalizers();
        var place = finalizers == null ? -1 : finalizers.indexOf(FINALIZER);
        if (place < 0) {
            return true;
        }
        var path = "/metadata/finalizers/" + place;
        return patch(
                pod,
                List.of(operation("test", path, FINALIZER), Map.of("op", "remove", "path", path)),
                PodApi::looked);
    }

    /**
     * Notes on the Pod that its end is asked for; repeatable.
     *
     * @return false where it is another Pod or none
     */
    boolean markStopped(Pod pod, Instant now) throws InterruptedException {
        // RFC 6901: a slash within a name is ~1.
        var path = "/metadata/annotations/" + PodLabels.STOPPED.replace("/", "~1");
        return patch(
                pod,
                List.of(
                        operation("test", "/metadata/uid", pod.getMetadata().getUid()),
                        operation("add", path, now.toString())),
                PodApi::looked);
    }

    /** What an error of the client's means for what was being done. */
    private interface Meaning
            extends BiFunction<String, KubernetesClientException, BackendException> {}

    private boolean patch(Pod pod, List<Map<String, Object>> operations, Meaning meaning)
            throws InterruptedException {
        var name = pod.getMetadata().getName();
        var text = Serialization.asJson(operations);
        try {
            cluster.ask(client ->
                    client.pods()
                            .inNamespace(pod.getMetadata().getNamespace())
                            .withName(name)
                            .patch(PatchContext.of(PatchType.JSON), text));
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == MISSING || e.getCode() == INVALID || isConflict(e)) {
                return false;
            }
            throw meaning.apply("patch Pod " + name, e);
        }
    }

    /** Deletes a Pod if it is still as it was read; returns whether it was. */
    boolean deleteIfUnchanged(Pod pod) throws InterruptedException {
        return deleteIfSame(
                "pods",
                pod,
                new DeleteOptionsBuilder()
                        .withGracePeriodSeconds(0L)
                        .withNewPreconditions()
                        .withResourceVersion(pod.getMetadata().getResourceVersion())
                        .endPreconditions());
    }

    /** Deletes a Pod; repeatable, and missing is fine. */
    void delete(Pod pod, long graceSeconds) throws InterruptedException {
        deleteIfSame("pods", pod, new DeleteOptionsBuilder().withGracePeriodSeconds(graceSeconds));
    }

    private boolean deleteIfSame(String kind, HasMetadata object, DeleteOptionsBuilder wanted)
            throws InterruptedException {
        var meta = object.getMetadata();
        var options = wanted.editOrNewPreconditions().withUid(meta.getUid()).endPreconditions();
        try {
            cluster.ask(client ->
                    client.raw(
                            "/api/v1/namespaces/%s/%s/%s"
                                    .formatted(meta.getNamespace(), kind, meta.getName()),
                            "DELETE",
                            options.build()));
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == MISSING || isConflict(e)) {
                return false;
            }
            throw looked("delete " + kind + " " + meta.getName(), e);
        }
    }

    private static boolean isConflict(KubernetesClientException e) {
        return e.getCode() == CONFLICT;
    }

    /** why never a refusal: who only looks or takes away must ask again until it knows. */
    private static BackendException looked(String doing, KubernetesClientException e) {
        return BackendException.unknown(doing + ": " + Cluster.wordsOf(e), e);
    }
}
