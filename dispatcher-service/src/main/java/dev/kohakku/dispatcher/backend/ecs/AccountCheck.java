package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.dispatcher.backend.BackendException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.iam.IamClient;

/**
 * Whether the subnets, security groups and roles that the settings name are there, as far as EC2
 * and IAM tell us: a dispatcher may lack the rights to ask, and runs tasks all the same. What is
 * missing is asked for again with each look, what is there is believed for a while. Thread-safe.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html">Errors
 *     of EC2</a>
 */
final class AccountCheck implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AccountCheck.class);

    private static final Duration BELIEVED = Duration.ofMinutes(10);

    private final EcsSettings settings;
    private final Lazy<Ec2Client> ec2;
    private final Lazy<IamClient> iam;
    private final Shared<Optional<String>> looks = new Shared<>(this::ask);
    private volatile long believedUntil = System.nanoTime();

    AccountCheck(EcsSettings settings, AwsClients clients) {
        this.settings = settings;
        this.ec2 =
                new Lazy<>(
                        () -> clients.configured(Ec2Client.builder(), settings.endpoints().ec2()));
        this.iam =
                new Lazy<>(
                        () -> clients.configured(IamClient.builder(), settings.endpoints().iam()));
    }

    /** What is not there, by its key; empty where nothing is known against it within the limit. */
    Optional<String> missing(Duration limit) throws InterruptedException {
        if (System.nanoTime() - believedUntil < 0) {
            return Optional.empty();
        }
        try {
            return looks.next(limit);
        } catch (BackendException unanswered) {
            return Optional.empty();
        }
    }

    private Optional<String> ask() {
        var network = settings.network();
        var missing =
                Stream.<Supplier<Optional<String>>>of(
                                () -> subnets(network.subnets()),
                                () -> securityGroups(network.securityGroups()),
                                () -> role("execution", settings.roles().execution()),
                                () -> role("task", settings.roles().task()))
                        .flatMap(each -> each.get().stream())
                        .findFirst();
        if (missing.isEmpty()) {
            believedUntil = System.nanoTime() + BELIEVED.toNanos();
        }
        return missing;
    }

    private Optional<String> subnets(List<String> ids) {
        return refusal(
                "kohakku.ecs.network.subnets",
                () -> ec2.get().describeSubnets(request -> request.subnetIds(ids)));
    }

    private Optional<String> securityGroups(List<String> ids) {
        return ids.isEmpty()
                ? Optional.empty()
                : refusal(
                        "kohakku.ecs.network.security-groups",
                        () -> ec2.get().describeSecurityGroups(request -> request.groupIds(ids)));
    }

    /** A role's ARN ends with its name, after a path if it has one. */
    private Optional<String> role(String key, String role) {
        return role.isEmpty()
                ? Optional.empty()
                : refusal(
                        "kohakku.ecs.roles." + key,
                        () ->
                                iam.get()
                                        .getRole(request ->
                                                request.roleName(
                                                        role.substring(
                                                                role.lastIndexOf('/') + 1))));
    }

    /** AWS's own words, if they are that something is not there. */
    private static Optional<String> refusal(String key, Supplier<?> question) {
        try {
            var _ = question.get();
            return Optional.empty();
        } catch (AwsServiceException refused) {
            if (isMissing(EcsFailures.code(refused))) {
                return Optional.of(key + ": " + EcsFailures.words(refused));
            }
            LOG.debug("{} cannot be checked: {}", key, refused.getMessage());
            return Optional.empty();
        } catch (SdkException unanswered) {
            LOG.debug("{} cannot be checked: {}", key, unanswered.getMessage());
            return Optional.empty();
        }
    }

    private static boolean isMissing(String code) {
        return switch (code) {
            case "InvalidSubnetID.NotFound",
                    "InvalidSubnetId.Malformed",
                    "InvalidGroup.NotFound",
                    "InvalidGroupId.Malformed",
                    "NoSuchEntity" ->
                    true;
            default -> false;
        };
    }

    @Override
    public void close() {
        ec2.ifMade(Ec2Client::close);
        iam.ifMade(IamClient::close);
    }
}
