package dev.kohakku.controller.web;

import io.swagger.v3.oas.annotations.Hidden;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Shows whoever opens the address in a browser where to go. */
@Hidden
@RestController
class StartPageApi {

    private static final String PAGE =
            """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Kohakku</title></head>
            <body>
            <h1>Kohakku Controller</h1>
            <ul>
            <li><a href="/docs">The API, to browse and to try</a></li>
            <li><a href="/api/v1/openapi.json">The API as an OpenAPI document</a></li>
            <li><a href="/health/">Alive?</a> <a href="/ready/">Ready?</a></li>
            <li><a href="/actuator/prometheus">Metrics</a></li>
            </ul>
            </body></html>
            """;

    @GetMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
    String page() {
        return PAGE;
    }
}
