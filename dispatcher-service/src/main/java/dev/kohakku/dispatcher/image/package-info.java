/** Pulls images: a few at once, one pull per image at a time. */
@NullMarked
package dev.kohakku.dispatcher.image;

import org.jspecify.annotations.NullMarked;
