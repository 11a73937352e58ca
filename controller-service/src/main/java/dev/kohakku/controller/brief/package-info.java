/**
 * Briefs: from a task's spec to one content-hashed document in the object store.
 *
 * <p><b>Parts.</b> {@link dev.kohakku.controller.brief.BriefAssembler} (puts a brief together and
 * stores it), {@code BriefSource} (where its parts come from).
 *
 * <p><b>What can go wrong.</b> The object store is away: nothing is stored, and the same spec makes
 * the same bytes under the same name the next time.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.kohakku.controller.brief;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
