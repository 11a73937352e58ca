/**
 * What is truly about HTTP and common to every endpoint: problem details, the size of a body, the
 * reading of JSON that names every error at once.
 *
 * <p><b>Parts.</b> {@link dev.kohakku.controller.web.Problem} and {@link
 * dev.kohakku.controller.web.ProblemException} (how other packages refuse), {@code ProblemAdvice}
 * (everything Spring refuses), {@code ProblemFilter} (everything outside of Spring MVC), {@link
 * dev.kohakku.controller.web.FieldErrors} (many errors, one answer).
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.kohakku.controller.web;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
