/** What is truly about HTTP: problem documents, keys, strict bodies, health. */
@ApplicationModule(displayName = "web", allowedDependencies = "identity")
@NullMarked
package dev.kohakku.dispatcher.web;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
