/** The content-hashed document a container works from, in canonical JSON (RFC 8785). */
@NullMarked
package dev.kohakku.common.brief;

import org.jspecify.annotations.NullMarked;
