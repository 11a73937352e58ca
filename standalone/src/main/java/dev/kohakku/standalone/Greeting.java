package dev.kohakku.standalone;

/** What a person needs to go on: addresses, the token, and three lines to paste. */
final class Greeting {

    private final Console console;
    private final Settings.Ports ports;
    private final String token;

    Greeting(Console console, Settings.Ports ports, String token) {
        this.console = console;
        this.ports = ports;
        this.token = token;
    }

    void print() {
        var tasks = "http://localhost:" + ports.controller() + "/api/v1/tasks";
        var authorization = " -H 'Authorization: Bearer " + token + "'";
        console.line("");
        console.line(
                "Controller  http://localhost:"
                        + ports.controller()
                        + "  (the API is described at /api/v1/openapi.json)");
        console.line("Dispatcher  http://localhost:" + ports.dispatcher());
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

    private static String body() {
        return "{\"name\": \"hello\", \"image\": \"none\", \"runtime_target\": {\"type\": \"worker\"}, \"command\": [\"echo\", \"hello\"]}";
    }
}
