/**
 * What workflows do with tasks: activities over the Controller's REST API.
 *
 * <p><b>What can go wrong.</b> The Controller is away, or answers with an error of its own: the
 * activity fails and Temporal tries it again, for as long as it takes. The Controller understands
 * the request and refuses it: the activity fails for good, with the words of the problem document.
 */
@NullMarked
package dev.kohakku.workflow.task;

import org.jspecify.annotations.NullMarked;
