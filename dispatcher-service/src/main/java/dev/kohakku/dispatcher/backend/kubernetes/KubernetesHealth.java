package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.BackendHealth;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceRule;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Whether Pods can be run: the API server answers, every namespace is there, and the rights are
 * too, as far as the server can tell. Thread-safe.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-rules-review-v1/">SelfSubjectRulesReview</a>
 */
final class KubernetesHealth {

    /** What is done in each namespace: verb, resource. A test compares it with the manifest. */
    static final List<String> RIGHTS =
            List.of(
                    "create pods",
                    "create secrets",
                    "delete pods",
                    "delete secrets",
                    "get pods",
                    "get pods/log",
                    "get secrets",
                    "list pods",
                    "patch pods",
                    "watch pods");

    private final Cluster cluster;
    private final Pods pods;

    KubernetesHealth(Cluster cluster, Pods pods) {
        this.cluster = cluster;
        this.pods = pods;
    }

    /** Blocks for a few requests. */
    BackendHealth look() {
        try {
            for (var namespace : pods.namespaces()) {
                var wrong = wrongWith(namespace);
                if (wrong.isPresent()) {
                    return BackendHealth.unhealthy(wrong.get());
                }
            }
            return BackendHealth.HEALTHY;
        } catch (KubernetesClientException e) {
            return BackendHealth.unhealthy("the API server: " + Cluster.wordsOf(e));
        } catch (BackendException e) {
            return BackendHealth.unhealthy(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return BackendHealth.unhealthy("interrupted while asking the API server");
        }
    }

    private Optional<String> wrongWith(String namespace) throws InterruptedException {
        if (cluster.ask(client -> client.namespaces().withName(namespace).get()) == null) {
            return Optional.of(
                    "the cluster has no namespace '"
                            + namespace
                            + "' (kohakku.kubernetes.namespace, .namespaces)");
        }
        var one = new ListOptionsBuilder().withLimit(1L).build();
        cluster.ask(client -> client.pods().inNamespace(namespace).list(one));
        var missing = missingRights(namespace);
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "the API server gives no right to "
                                + String.join(", ", missing)
                                + " in namespace '"
                                + namespace
                                + "': deploy/k8s/base/dispatcher-rbac.yaml has what is needed");
    }

    private List<String> missingRights(String namespace) throws InterruptedException {
        var question =
                new SelfSubjectRulesReviewBuilder()
                        .withNewSpec()
                        .withNamespace(namespace)
                        .endSpec()
                        .build();
        var answer =
                cluster.ask(client ->
                        client.authorization()
                                .v1()
                                .selfSubjectRulesReview()
                                .create(question)
                                .getStatus());
        if (Boolean.TRUE.equals(answer.getIncomplete())) {
            // why: an authorizer outside the server may grant what is not in the list.
            return List.of();
        }
        var rules = answer.getResourceRules();
        return RIGHTS.stream()
                .filter(right -> rules.stream().noneMatch(rule -> grants(rule, right)))
                .toList();
    }

    private static boolean grants(ResourceRule rule, String right) {
        var words = right.split(" ", 2);
        return (rule.getResourceNames() == null || rule.getResourceNames().isEmpty())
                && has(rule.getApiGroups(), "")
                && has(rule.getVerbs(), words[0])
                && has(rule.getResources(), words[1]);
    }

    private static boolean has(Collection<String> granted, String wanted) {
        return granted.contains(wanted) || granted.contains("*");
    }
}
