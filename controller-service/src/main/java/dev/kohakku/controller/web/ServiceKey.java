package dev.kohakku.controller.web;

import jakarta.servlet.http.HttpServletRequest;

/** Tells services from everybody else, before anything is asked of the database. */
@FunctionalInterface
public interface ServiceKey {

    /** Whether the request shows the right key. Does not block; thread-safe. */
    boolean isShownIn(HttpServletRequest request);
}
