package dev.kohakku.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Names and secrets of an installation: generated once, kept in {@code credentials.env} of the home
 * (readable by its owner only), used again by every later start. A value in the environment wins
 * and is not kept.
 */
final class Credentials {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<String, String> values;

    private Credentials(Map<String, String> values) {
        this.values = values;
    }

    static Credentials of(Home home, Map<String, String> environment) {
        var file = home.directory().resolve("credentials.env");
        try {
            var kept = read(file);
            var complete = new TreeMap<>(kept);
            generated().forEach(complete::putIfAbsent);
            if (!complete.equals(kept)) {
                home.write(file, format(complete), "rw-------");
            }
            complete.replaceAll((name, value) ->
                    environment.getOrDefault(name, "").isBlank() ? value : environment.get(name));
            // So that a shell can say TOKEN=$(cat .kohakku/run/token).
            home.write(
                    home.run().resolve("token"),
                    complete.get("KOHAKKU_BOOTSTRAP_TOKEN") + "\n",
                    "rw-------");
            return new Credentials(Map.copyOf(complete));
        } catch (IOException e) {
            throw new StartRefused(
                    "The credentials in " + file + " cannot be read or written: " + e, e);
        }
    }

    private static Map<String, String> generated() {
        var values = new LinkedHashMap<String, String>();
        values.put("DISPATCHER_ID", "dispatcher-" + hex(4));
        values.put("KOHAKKU_INSTALLATION", "standalone-" + hex(4));
        values.put("DISPATCHER_API_KEY", hex(32));
        values.put("CALLBACK_SIGNING_KEY", hex(32));
        values.put("SECRETS_KEY", Base64.getEncoder().encodeToString(bytes(32)));
        values.put("KOHAKKU_BOOTSTRAP_TOKEN", "kohakku_" + hex(20));
        values.put("MINIO_ACCESS_KEY", "kohakku");
        values.put("MINIO_SECRET_KEY", hex(20));
        return values;
    }

    private static String hex(int length) {
        return HexFormat.of().formatHex(bytes(length));
    }

    private static byte[] bytes(int length) {
        var bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static Map<String, String> read(Path file) throws IOException {
        var values = new TreeMap<String, String>();
        if (Files.exists(file)) {
            for (var line : Files.readAllLines(file)) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    values.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
        }
        return values;
    }

    private static String format(Map<String, String> values) {
        var text = new StringBuilder();
        values.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
        return text.toString();
    }

    /** All of them, by the names that the services know them by. */
    Map<String, String> values() {
        return values;
    }

    String get(String name) {
        var value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("No credential is named " + name);
        }
        return value;
    }

    String token() {
        return get("KOHAKKU_BOOTSTRAP_TOKEN");
    }

    @Override
    public String toString() {
        return "Credentials" + values.keySet();
    }
}
