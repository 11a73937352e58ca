/** What a client of Temporal trusts and shows: settings only, no SDK. */
@NullMarked
package dev.kohakku.common.temporal;

import org.jspecify.annotations.NullMarked;
