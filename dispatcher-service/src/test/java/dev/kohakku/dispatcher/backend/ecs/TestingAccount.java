package dev.kohakku.dispatcher.backend.ecs;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * What EC2 and IAM answer (the query protocol, in XML) when they are asked for subnets, security
 * groups and roles: that they are there, or what a test wants.
 */
final class TestingAccount {

    private static final Pattern ACTION = Pattern.compile("(?:^|&)Action=(\\w+)");

    private final Map<String, Refusal> refusals = new ConcurrentHashMap<>();
    private final AtomicLong calls = new AtomicLong();
    private volatile String lastBody = "";

    private record Refusal(int status, String code, String message) {}

    /** This action is refused so from now on. */
    void refuse(String action, int status, String code, String message) {
        refusals.put(action, new Refusal(status, code, message));
    }

    /** Nothing is refused any more. */
    void heal() {
        refusals.clear();
    }

    long calls() {
        return calls.get();
    }

    String lastBody() {
        return lastBody;
    }

    void answer(HttpExchange exchange) throws IOException {
        calls.incrementAndGet();
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        lastBody = URLDecoder.decode(body, StandardCharsets.UTF_8);
        var found = ACTION.matcher(body);
        var action = found.find() ? found.group(1) : "";
        var refusal = refusals.get(action);
        if (refusal == null) {
            send(exchange, 200, "<%sResponse><%1$sResult/></%1$sResponse>".formatted(action));
        } else if (action.equals("GetRole")) {
            send(
                    exchange,
                    refusal.status(),
                    "<ErrorResponse><Error><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>"
                            .formatted(refusal.code(), refusal.message()));
        } else {
            send(
                    exchange,
                    refusal.status(),
                    "<Response><Errors><Error><Code>%s</Code><Message>%s</Message></Error></Errors></Response>"
                            .formatted(refusal.code(), refusal.message()));
        }
    }

    private static void send(HttpExchange exchange, int status, String xml) throws IOException {
        var bytes = xml.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/xml");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
