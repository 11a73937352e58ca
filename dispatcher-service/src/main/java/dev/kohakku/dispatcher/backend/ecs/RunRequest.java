package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.common.task.FailureKind;
import dev.kohakku.dispatcher.backend.BackendException;
import dev.kohakku.dispatcher.backend.ContainerSpec;
import software.amazon.awssdk.services.ecs.model.AssignPublicIp;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;

/** What ECS is asked to run: the only place that maps a spec to its API. */
final class RunRequest {

    /**
     * @see <a
     *     href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html">RunTask:
     *     overrides</a>
     */
    private static final int LONGEST_OVERRIDES = 8_192;

    /** The JSON around a variable, and around everything. */
    private static final int AROUND_VARIABLE = 24;

    private static final int AROUND_ALL = 160;

    private final EcsSettings settings;
    private final EcsTags tags;

    RunRequest(EcsSettings settings, EcsTags tags) {
        this.settings = settings;
        this.tags = tags;
    }

    /** Its environment is in the request alone, and in none of its parts that ECS keeps by name. */
    RunTaskRequest of(ContainerSpec spec, String definition) {
        var size = TaskSize.of(spec.resources(), settings.placement());
        var request =
                RunTaskRequest.builder()
                        .cluster(settings.cluster())
                        .taskDefinition(definition)
                        .count(1)
                        .clientToken(tags.clientToken(spec.attempt()))
                        .startedBy(EcsTags.startedBy(spec.attempt()))
                        .tags(tags.of(spec))
                        .enableECSManagedTags(true)
                        .networkConfiguration(network ->
                                network.awsvpcConfiguration(vpc ->
                                        vpc.subnets(settings.network().subnets())
                                                .securityGroups(settings.network().securityGroups())
                                                .assignPublicIp(
                                                        settings.network().assignPublicIp()
                                                                ? AssignPublicIp.ENABLED
                                                                : AssignPublicIp.DISABLED)))
                        .overrides(overrides ->
                                overrides
                                        .cpu("" + size.cpu())
                                        .memory("" + size.memory())
                                        .containerOverrides(overrideOf(spec)));
        place(request);
        return request.build();
    }

    private void place(RunTaskRequest.Builder request) {
        var placement = settings.placement();
        if (placement.capacityProviders().isEmpty()) {
            request.launchType(placement.launchType().name());
        } else {
            request.capacityProviderStrategy(
                    placement.capacityProviders().stream().map(RunRequest::itemOf).toList());
        }
        request.platformVersion(TaskDefinitions.nullWhenEmpty(placement.platformVersion()));
    }

    private static CapacityProviderStrategyItem itemOf(EcsSettings.CapacityProvider provider) {
        return CapacityProviderStrategyItem.builder()
                .capacityProvider(provider.name())
                .weight(provider.weight())
                .base(provider.base())
                .build();
    }

    private static ContainerOverride overrideOf(ContainerSpec spec) {
        var override =
                ContainerOverride.builder()
                        .name(EcsTask.CONTAINER)
                        .environment(
                                spec.env().entrySet().stream()
                                        .map(variable ->
                                                KeyValuePair.builder()
                                                        .name(variable.getKey())
                                                        .value(variable.getValue())
                                                        .build())
                                        .toList());
        // why only if there are any: the definition's entry point is the command's first word.
        if (spec.command().size() > 1) {
            override.command(spec.command().subList(1, spec.command().size()));
        }
        return override.build();
    }

    /**
     * Refuses what ECS would refuse in words that name nobody's mistake.
     *
     * @throws BackendException when command and environment are longer than ECS takes
     */
    static void check(ContainerSpec spec) {
        var length = AROUND_ALL;
        for (var word : spec.command()) {
            length += escaped(word) + 3;
        }
        for (var variable : spec.env().entrySet()) {
            length += escaped(variable.getKey()) + escaped(variable.getValue()) + AROUND_VARIABLE;
        }
        if (length > LONGEST_OVERRIDES) {
            throw BackendException.refused(
                    FailureKind.START_REFUSED,
                    "command and environment have %d characters; ECS takes %d, so give what is long by way of the brief"
                            .formatted(length, LONGEST_OVERRIDES),
                    null);
        }
    }

    private static int escaped(String text) {
        return text.length()
                + (int) text.chars().filter(c -> c == '"' || c == '\\' || c < ' ').count();
    }
}
