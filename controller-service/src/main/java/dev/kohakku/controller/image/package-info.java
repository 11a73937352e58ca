/**
 * Where images come from: the logins of private registries, and pulls ahead of any attempt.
 *
 * <p><b>Parts.</b> {@link dev.kohakku.controller.image.RegistryLogins} keeps logins, sealed; {@link
 * dev.kohakku.controller.image.Prefetches} has the dispatchers of a pool pull an image.
 *
 * <p><b>Flow.</b> A login goes out with the answer to a claim, and with a heartbeat's wish for a
 * pull, to the dispatcher that pulls; nowhere else. A wish is repeated with each heartbeat until
 * its outcome is heard or it is too old.
 *
 * <p><b>What can go wrong.</b> Without {@code SECRETS_KEY} no login can be stored, and the request
 * says so. A login that was sealed under another key cannot be opened: the list says so, and pulls
 * go on without it. A dispatcher that dies leaves its outcome open until the wish is too old.
 */
@ApplicationModule(allowedDependencies = {"web", "access", "job"})
@NullMarked
package dev.kohakku.controller.image;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
