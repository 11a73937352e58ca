/** The object store: small whole objects and streams under slash-separated keys. */
@NullMarked
package dev.kohakku.common.blob;

import org.jspecify.annotations.NullMarked;
