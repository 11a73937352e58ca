package dev.kohakku.controller.image;

import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.RegistryLogin;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.common.wire.Problems;
import dev.kohakku.controller.access.Caller;
import dev.kohakku.controller.web.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * The logins of image registries, one per organization and registry. Every method blocks; all are
 * safe to repeat.
 */
@Component
public class RegistryLogins {

    private static final Logger LOG = LoggerFactory.getLogger(RegistryLogins.class);

    private final RegistryStore store;
    private final @Nullable Seal seal;

    RegistryLogins(RegistryStore store, SecretsProperties secrets) {
        this.store = store;
        this.seal = secrets.isSet() ? new Seal(secrets.bytes()) : null;
    }

    /** The login for the image of a task; empty where none is stored, or none can be opened. */
    public Optional<RegistryLogin> of(TaskId task, ImageReference image) {
        return store.findFor(task, image.registryAddress()).flatMap(this::opened);
    }

    /** The login an organization has stored for the image's registry; empty as above. */
    Optional<RegistryLogin> of(UUID organization, ImageReference image) {
        return store.find(organization, image.registryAddress()).flatMap(this::opened);
    }

    private Optional<RegistryLogin> opened(RegistryStore.Kept kept) {
        var password = password(kept);
        if (password.isEmpty()) {
            // why no failure: a public image of that registry needs none, and a private one fails
            // in the registry's own words.
            LOG.error(
                    "the login of image registry '{}' cannot be opened with this SECRETS_KEY: store"
                            + " it anew",
                    kept.address());
        }
        return password.map(text -> new RegistryLogin(kept.username(), text));
    }

    private Optional<String> password(RegistryStore.Kept kept) {
        return seal == null ? Optional.empty() : seal.open(kept.address(), kept.sealed());
    }

    /** Stores a login; one that was stored before for the same registry is gone. */
    RegistryView put(Caller caller, String address, RegistryLogin login) {
        if (seal == null) {
            throw Problem.of(
                            Problems.type("secrets-key-missing"),
                            HttpStatus.CONFLICT,
                            "No key for secrets",
                            "The Controller has no SECRETS_KEY, without which no secret can be"
                                    + " stored; give every replica the same one.")
                    .exception();
        }
        var sealed = seal.close(address, login.password());
        return view(
                store.put(
                        caller.organization(), address, login.username(), sealed, caller.actor()));
    }

    List<RegistryView> list(Caller caller) {
        return store.list(caller.organization()).stream().map(this::view).toList();
    }

    /** Forgets a login; returns whether there was one. */
    boolean delete(Caller caller, String address) {
        return store.delete(caller.organization(), address);
    }

    private RegistryView view(RegistryStore.Kept kept) {
        return new RegistryView(
                kept.address(),
                kept.username(),
                password(kept).isPresent(),
                kept.updatedAt(),
                kept.updatedBy());
    }

    /**
     * A login without its password.
     *
     * @param readable whether the password can be opened with the present key
     */
    record RegistryView(
            String address,
            String username,
            boolean readable,
            Instant updatedAt,
            String updatedBy) {}
}
