/**
 * Who may ask: API tokens of clients, the key of dispatchers.
 *
 * <p><b>Parts.</b> {@code AccessRules} (which path asks for what), {@link
 * dev.kohakku.controller.access.Caller} (who asks), {@code ApiTokens} (stored as SHA-256 only),
 * {@code BootstrapToken} (the first one).
 *
 * <p><b>Flow.</b> A filter reads the header and names the caller; the rules refuse who is not
 * named. Nothing is read from the query string: it ends up in logs.
 */
@ApplicationModule(allowedDependencies = {"web"})
@NullMarked
package dev.kohakku.controller.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
