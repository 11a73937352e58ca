/** Who this dispatcher is and what it shares with the Controller: id, instance, addresses, keys. */
@ApplicationModule(
        displayName = "identity",
        allowedDependencies = {})
@NullMarked
package dev.kohakku.dispatcher.identity;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
