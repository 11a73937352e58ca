package dev.kohakku.standalone;

import java.util.List;

/** What a person needs to go on: addresses, the token, and three lines to paste. */
final class Greeting {

    private final Console console;
    private final Layout layout;
    private final String token;

    Greeting(Console console, Layout layout, String token) {
        this.console = console;
        this.layout = layout;
        this.token = token;
    }

    void print() {
        var tasks = "http://localhost:" + layout.front() + "/api/v1/tasks";
        var authorization = " -H 'Authorization: Bearer " + token + "'";
        console.line("");
        console.line(
                (layout.isBalanced() ? "Balancer    " : "Controller  ")
                        + "http://localhost:"
                        + layout.front()
                        + "  (the API is described at /api/v1/openapi.json)");
        if (layout.isBalanced()) {
            addresses("Controller  ", layout.controllers());
        }
        addresses("Worker      ", layout.workers());
        addresses("Dispatcher  ", layout.dispatchers());
        console.line("Token       " + token);
        console.line("");
        console.line("curl -s " + tasks + authorization);
        console.line(
                "curl -s "
                        + tasks
                        + authorization
                        + " -H 'Content-Type: application/json' -d '"
                        + body()
                        + "'");
        console.line("curl -sN \"" + tasks + "/<id>/logs?follow=true\"" + authorization);
        console.line("");
        console.line("Press Ctrl-C to stop.");
    }

    private void addresses(String what, List<Layout.Member> members) {
        for (var member : members) {
            console.line(what + "http://localhost:" + member.port());
        }
    }

    private static String body() {
        return "{\"name\": \"hello\", \"image\": \"none\", \"runtime_target\": {\"type\":"
                + " \"worker\"}, \"command\": [\"echo\", \"hello\"]}";
    }
}
