package dev.kohakku.dispatcher.backend.kubernetes;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.RegistryLogin;
import dev.kohakku.common.task.Resources;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import dev.kohakku.dispatcher.backend.kubernetes.KubernetesSettings.TaskField;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Makes a Pod and its Secrets of a spec. The template is the ground; what is ours goes over it. */
final class PodRequest {

    /** The container that is the attempt; others of the template stand beside it. */
    static final String CONTAINER = "main";

    /** Holds the scheduler back until the permit is there. */
    static final String GATE = "dev.kohakku/start";

    /** Only where nobody is there to enforce the deadline itself does the cluster. */
    private static final Duration DEADLINE_MARGIN = Duration.ofMinutes(1);

    private final KubernetesSettings settings;
    private final PodLabels labels;
    private final Pod template;
    private final InstantSource clock;

    /** Reads the template; one that is none stops the start. */
    PodRequest(KubernetesSettings settings, PodLabels labels, InstantSource clock) {
        this.settings = settings;
        this.labels = labels;
        this.template = read(settings.podTemplate());
        this.clock = clock;
    }

    private static Pod read(String file) {
        if (file.isEmpty()) {
            return new Pod();
        }
        try {
            return Serialization.unmarshal(
                    Files.readString(Path.of(file), StandardCharsets.UTF_8), Pod.class);
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "kohakku.kubernetes.pod-template '" + file + "' is not a Pod in YAML: " + e, e);
        }
    }

    /** Refuses what tasks may not set here. */
    void check(ContainerSpec spec) {
        refuse(TaskField.COMMAND, !spec.command().isEmpty());
        refuse(TaskField.RESOURCES, !spec.resources().equals(Resources.UNLIMITED));
        refuse(TaskField.PORTS, !spec.ports().isEmpty());
    }

    private void refuse(TaskField field, boolean isSet) {
        if (isSet && !settings.taskMaySet().contains(field)) {
            var name = field.name().toLowerCase(Locale.ROOT);
            throw BackendException.refused(
                    FailureKind.START_REFUSED,
                    "a task may not set its "
                            + name
                            + " on this cluster: kohakku.kubernetes.task-may-set is "
                            + settings.taskMaySet(),
                    null);
        }
    }

    Pod pod(ContainerSpec spec) {
        var left = Duration.between(clock.instant(), spec.deadline()).plus(DEADLINE_MARGIN);
        var builder =
                new PodBuilder(template)
                        .withApiVersion("v1")
                        .withKind("Pod")
                        .editOrNewMetadata()
                        .withName(spec.attempt().containerName())
                        .addToLabels(labels.of(spec))
                        .addToAnnotations(labels.annotationsOf(spec))
                        .endMetadata()
                        .editOrNewSpec()
                        .withRestartPolicy("Never")
                        .withAutomountServiceAccountToken(automount())
                        .withEnableServiceLinks(false)
                        .withActiveDeadlineSeconds(Math.max(1, left.toSeconds()))
                        .addNewSchedulingGate()
                        .withName(GATE)
                        .endSchedulingGate()
                        .withImagePullSecrets(pullSecrets(spec))
                        .withContainers(containers(spec));
        if (settings.serviceAccount() != null) {
            builder.withServiceAccountName(settings.serviceAccount());
        }
        return builder.endSpec().build();
    }

    /** why not by default: a token of the cluster is nothing an unknown payload needs. */
    private boolean automount() {
        return template.getSpec() != null
                && Boolean.TRUE.equals(template.getSpec().getAutomountServiceAccountToken());
    }

    private List<LocalObjectReference> pullSecrets(ContainerSpec spec) {
        var all = new ArrayList<LocalObjectReference>();
        if (template.getSpec() != null && template.getSpec().getImagePullSecrets() != null) {
            all.addAll(template.getSpec().getImagePullSecrets());
        }
        settings.imagePullSecrets().forEach(name -> all.add(new LocalObjectReference(name)));
        if (spec.registryLogin() != null) {
            all.add(new LocalObjectReference(pullSecretName(spec)));
        }
        return all;
    }

    private List<Container> containers(ContainerSpec spec) {
        var all = new ArrayList<Container>();
        var base = new Container();
        for (var each : templateContainers()) {
            if (CONTAINER.equals(each.getName())) {
                base = each;
            } else {
                all.add(each);
            }
        }
        all.addFirst(container(spec, base));
        return all;
    }

    private List<Container> templateContainers() {
        return template.getSpec() == null ? List.of() : template.getSpec().getContainers();
    }

    private Container container(ContainerSpec spec, Container base) {
        var builder =
                new ContainerBuilder(base)
                        .withName(CONTAINER)
                        .withImage(spec.image().toString())
                        .addNewEnvFrom()
                        .withNewSecretRef(spec.attempt().containerName(), false)
                        .endEnvFrom()
                        .editOrNewSecurityContext()
                        .withAllowPrivilegeEscalation(false)
                        .withRunAsNonRoot(settings.security().runAsNonRoot())
                        .withNewSeccompProfile()
                        .withType(settings.security().seccompProfile())
                        .endSeccompProfile()
                        .editOrNewCapabilities()
                        .withDrop(settings.security().dropCapabilities())
                        .endCapabilities();
        if (settings.security().runAsUser() != null) {
            builder.withRunAsUser(settings.security().runAsUser());
        }
        var container = builder.endSecurityContext();
        if (!spec.command().isEmpty()) {
            // why no args: the command replaces the image's ENTRYPOINT and CMD, as on Docker.
            container.withCommand(literally(spec.command())).withArgs();
        }
        if (!spec.ports().isEmpty()) {
            container.withPorts(ports(spec));
        }
        if (!spec.resources().equals(Resources.UNLIMITED)) {
            container
                    .editOrNewResources()
                    .withLimits(limits(spec.resources()))
                    .withRequests(limits(spec.resources()))
                    .endResources();
        }
        return container.build();
    }

    /**
     * Kubernetes puts variables of the environment in the place of {@code $(NAME)}, and one dollar
     * in the place of two. A command means the same on every backend.
     *
     * @see <a
     *     href="https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/">Commands</a>
     */
    private static List<String> literally(List<String> command) {
        return command.stream().map(word -> word.replace("$", "$$")).toList();
    }

    private static List<ContainerPort> ports(ContainerSpec spec) {
        return spec.ports().stream()
                .map(port ->
                        new ContainerPortBuilder()
                                .withContainerPort(port.containerPort())
                                .withProtocol(port.protocol().name())
                                .build())
                .toList();
    }

    /** Requested and limited alike: what a task asked for is what it gets, under pressure too. */
    private static Map<String, Quantity> limits(Resources resources) {
        var limits = new HashMap<String, Quantity>();
        if (resources.cpu() != null) {
            limits.put("cpu", new Quantity(resources.cpu().toString()));
        }
        if (resources.memory() != null) {
            limits.put("memory", new Quantity(resources.memory().toString()));
        }
        return limits;
    }

    /**
     * The Secrets of a Pod that exists: its environment, and the login of its image's registry. The
     * Pod owns them, so that the cluster removes them with it.
     */
    List<Secret> secrets(ContainerSpec spec, Pod owner) {
        var secrets = new ArrayList<Secret>();
        secrets.add(
                secret(spec, owner, spec.attempt().containerName())
                        .withType("Opaque")
                        .withStringData(spec.env())
                        .build());
        if (spec.registryLogin() != null) {
            secrets.add(
                    secret(spec, owner, pullSecretName(spec))
                            .withType("kubernetes.io/dockerconfigjson")
                            .withStringData(
                                    Map.of(
                                            ".dockerconfigjson",
                                            dockerConfig(spec, spec.registryLogin())))
                            .build());
        }
        return secrets;
    }

    private static String pullSecretName(ContainerSpec spec) {
        return spec.attempt().containerName() + "-pull";
    }

    private SecretBuilder secret(ContainerSpec spec, Pod owner, String name) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels(labels.of(spec))
                .addNewOwnerReference()
                .withApiVersion("v1")
                .withKind("Pod")
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .endOwnerReference()
                .endMetadata()
                .withImmutable(true);
    }

    private static String dockerConfig(ContainerSpec spec, RegistryLogin login) {
        var pair = login.username() + ":" + login.password();
        var auth = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        var address = spec.image().registryAddress();
        // why: it is how Docker Hub is called in such a file.
        var server = address.equals("docker.io") ? "https://index.docker.io/v1/" : address;
        return Objects.requireNonNull(
                Serialization.asJson(Map.of("auths", Map.of(server, Map.of("auth", auth)))));
    }
}
