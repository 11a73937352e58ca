package dev.kohakku.dispatcher.backend.ecs;

import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;

/** What settings must be like for a backend that is served. Each message names the key. */
final class EcsRules {

    private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-\\d+");
    private static final Pattern CLUSTER =
            Pattern.compile(
                    "[A-Za-z0-9_-]{1,255}|arn:[a-z-]+:ecs:[a-z0-9-]+:\\d{12}:cluster/[A-Za-z0-9_-]{1,255}");
    private static final Pattern SUBNET = Pattern.compile("subnet-[0-9a-f]{8,17}");
    private static final Pattern SECURITY_GROUP = Pattern.compile("sg-[0-9a-f]{8,17}");
    private static final Pattern ROLE =
            Pattern.compile("arn:[a-z-]+:iam::\\d{12}:role/[\\w+=,.@/-]+|[\\w+=,.@-]{1,64}");
    private static final Pattern SECRET =
            Pattern.compile("arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\\d{12}:secret:[\\w/+=.@-]+");
    private static final Pattern GROUP = Pattern.compile("[A-Za-z0-9_/.#-]{1,512}");
    private static final Pattern PREFIX = Pattern.compile("[^:*]{1,200}");

    /** The API's limits. */
    private static final int MOST_SUBNETS = 16;

    private static final int MOST_SECURITY_GROUPS = 5;

    private EcsRules() {}

    /**
     * Refuses what can never work.
     *
     * @throws IllegalArgumentException which names the key
     */
    static void check(EcsSettings settings) {
        if (!settings.region().isEmpty()) {
            matches("region", settings.region(), REGION, "a region such as eu-central-1");
        }
        require(!settings.cluster().isEmpty(), "cluster", "is missing: name the cluster of ECS");
        matches("cluster", settings.cluster(), CLUSTER, "a cluster's name or ARN");
        checkNetwork(settings.network());
        role("roles.execution", settings.roles().execution());
        role("roles.task", settings.roles().task());
        checkPlacement(settings.placement());
        checkLogs(settings);
        for (var registry : settings.registries()) {
            require(
                    SECRET.matcher(registry.secret()).matches(),
                    "registries.secret",
                    "of " + registry.address() + " is not the ARN of a secret");
            require(
                    !settings.roles().execution().isEmpty(),
                    "roles.execution",
                    "is missing: it is what reads kohakku.ecs.registries");
        }
        address("endpoints.ecs", settings.endpoints().ecs());
        address("endpoints.logs", settings.endpoints().logs());
        address("endpoints.ec2", settings.endpoints().ec2());
        address("endpoints.iam", settings.endpoints().iam());
    }

    private static void checkNetwork(EcsSettings.Network network) {
        require(
                !network.subnets().isEmpty(),
                "network.subnets",
                "is missing: tasks get their addresses there");
        all("network.subnets", network.subnets(), SUBNET, "a subnet's id", MOST_SUBNETS);
        all(
                "network.security-groups",
                network.securityGroups(),
                SECURITY_GROUP,
                "a security group's id",
                MOST_SECURITY_GROUPS);
    }

    private static void checkPlacement(EcsSettings.Placement placement) {
        require(
                placement.platformVersion().isEmpty() || placement.isFargate(),
                "placement.platform-version",
                "is Fargate's alone, and placement.launch-type or .capacity-providers are not");
        TaskSize.defaults(placement);
    }

    private static void checkLogs(EcsSettings settings) {
        var logs = settings.logs();
        if (!logs.areKept()) {
            return;
        }
        matches("logs.group", logs.group(), GROUP, "a log group's name");
        matches("logs.prefix", logs.prefix(), PREFIX, "free of ':' and '*'");
        require(
                !settings.placement().isFargate() || !settings.roles().execution().isEmpty(),
                "roles.execution",
                "is missing: on Fargate it is what writes to kohakku.ecs.logs.group");
    }

    private static void role(String key, String value) {
        if (!value.isEmpty()) {
            matches(key, value, ROLE, "a role's ARN or name");
        }
    }

    private static void address(String key, String value) {
        if (value.isEmpty()) {
            return;
        }
        try {
            var address = URI.create(value);
            require(
                    address.getHost() != null
                            && ("http".equals(address.getScheme())
                                    || "https".equals(address.getScheme())),
                    key,
                    "is '" + value + "', not an http or https address");
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "kohakku.ecs." + key + " is '" + value + "', not an http or https address", e);
        }
    }

    private static void all(String key, List<String> values, Pattern form, String what, int most) {
        require(values.size() <= most, key, "has more than the " + most + " that ECS takes");
        values.forEach(value -> matches(key, value, form, what));
    }

    private static void matches(String key, String value, Pattern form, String what) {
        require(form.matcher(value).matches(), key, "is '" + value + "', not " + what);
    }

    private static void require(boolean holds, String key, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException("kohakku.ecs." + key + " " + otherwise);
        }
    }
}
