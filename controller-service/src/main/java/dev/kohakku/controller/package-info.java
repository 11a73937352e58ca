/** REST API, all durable state, and background work. */
@NullMarked
package dev.kohakku.controller;

import org.jspecify.annotations.NullMarked;
