package dev.kohakku.controller.access;

/** Who may call something. */
sealed interface Audience {

    /** Whoever wants to; what it shows, if anything, is the endpoint's own matter. */
    record Everybody() implements Audience {}

    /** Who shows DISPATCHER_API_KEY. */
    record Dispatchers() implements Audience {}

    /** Who shows an API token with this scope. */
    record Holders(Scope scope) implements Audience {}

    /** Who shows any API token: what is not there is answered 404 or 405. */
    record Clients() implements Audience {}
}
