package dev.kohakku.dispatcher.backend.kubernetes;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The cluster and what Pods on it get.
 *
 * @param kubeconfig a file; empty for {@code KUBECONFIG}, else the service account of the Pod this
 *     process runs in, else {@code ~/.kube/config}
 * @param context of the kubeconfig; empty for its current one
 * @param clusterId what dispatchers of one cluster know it by, in place of the uid of its namespace
 *     {@code kube-system}; empty for that uid
 * @param namespace where Pods go whose task names none; empty for the context's
 * @param namespaces where else tasks may ask to run; Pods are looked for in all of them
 * @param podTemplate a file with a Pod in YAML that every Pod is made from; empty for none
 * @param taskMaySet what of its container a task may set; the rest is the template's
 * @param serviceAccount of the Pods; null for the template's or the namespace's default
 * @param imagePullSecrets Secrets that exist in every namespace, for private registries
 * @param security what containers are kept from
 * @param requestTimeout how long the API server may take for an ordinary request
 * @param watchSilence after how long without a word, bookmarks included, a watch is given up and
 *     the list read anew. API servers send a bookmark about every minute
 */
@ConfigurationProperties(value = "kohakku.kubernetes", ignoreUnknownFields = false)
public record KubernetesSettings(
        @DefaultValue("") String kubeconfig,
        @DefaultValue("") String context,
        @DefaultValue("") String clusterId,
        @DefaultValue("") String namespace,
        @DefaultValue List<String> namespaces,
        @DefaultValue("") String podTemplate,
        @DefaultValue({"command", "resources", "ports"}) Set<TaskField> taskMaySet,
        @Nullable String serviceAccount,
        @DefaultValue List<String> imagePullSecrets,
        @DefaultValue Security security,
        @DefaultValue("10s") Duration requestTimeout,
        @DefaultValue("90s") Duration watchSilence) {

    /** RFC 1123 label. */
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    public KubernetesSettings {
        namespaces = List.copyOf(namespaces);
        taskMaySet = Set.copyOf(taskMaySet);
        imagePullSecrets = List.copyOf(imagePullSecrets);
        if (!namespace.isEmpty()) {
            check("namespace", namespace);
        }
        namespaces.forEach(each -> check("namespaces", each));
        positive("request-timeout", requestTimeout);
        positive("watch-silence", watchSilence);
    }

    private static void check(String key, String name) {
        if (!NAMESPACE.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "kohakku.kubernetes."
                            + key
                            + ": '"
                            + name
                            + "' is not the name of a namespace: lower-case letters, digits and '-',"
                            + " up to 63");
        }
    }

    private static void positive(String key, Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException(
                    "kohakku.kubernetes." + key + " must be positive, got " + time);
        }
    }

    /** What of its container a task may set. */
    public enum TaskField {
        COMMAND,
        RESOURCES,
        PORTS
    }

    /**
     * What containers are kept from.
     *
     * @param runAsNonRoot refuses images that run as root
     * @param runAsUser the user id; null for the image's
     * @param dropCapabilities Linux capabilities taken away
     * @param seccompProfile {@code RuntimeDefault} or {@code Unconfined}
     */
    public record Security(
            @DefaultValue("false") boolean runAsNonRoot,
            @Nullable Long runAsUser,
            @DefaultValue("ALL") List<String> dropCapabilities,
            @DefaultValue("RuntimeDefault") String seccompProfile) {

        public Security {
            dropCapabilities = List.copyOf(dropCapabilities);
            if (!Set.of("RuntimeDefault", "Unconfined").contains(seccompProfile)) {
                throw new IllegalArgumentException(
                        "kohakku.kubernetes.security.seccomp-profile must be RuntimeDefault or"
                                + " Unconfined, got "
                                + seccompProfile);
            }
            if (runAsUser != null && (runAsUser < 0 || (runAsNonRoot && runAsUser == 0))) {
                throw new IllegalArgumentException(
                        "kohakku.kubernetes.security.run-as-user must not be negative, nor 0 with"
                                + " run-as-non-root, got "
                                + runAsUser);
            }
        }
    }
}
