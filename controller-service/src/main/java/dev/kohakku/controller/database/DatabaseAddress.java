package dev.kohakku.controller.database;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** From what operators write to JDBC URLs. */
final class DatabaseAddress {

    private static final String SCHEME = "jdbc:postgresql://";

    /** A name, an IPv4 address or an IPv6 address in brackets, with or without a port. */
    private static final Pattern HOST =
            Pattern.compile(
                    "(?<name>\\[[0-9a-fA-F:.]+]|[^\\s:/?#\\[\\]@]+)(:(?<port>[0-9]{1,5}))?");

    private DatabaseAddress() {}

    /**
     * The URL of the primary, which is looked for among all hosts. Without user and password. The
     * driver is given little time for an answer: whoever opens a connection raises it afterwards.
     */
    static String ofPrimary(DatabaseProperties properties) {
        var parameters = parameters(properties);
        parameters.put("targetServerType", "primary");
        parameters.put("socketTimeout", parameters.get("connectTimeout"));
        return url(
                hosts("POSTGRES_HOST", properties.hosts(), properties.port()),
                properties.name(),
                properties.parameters(),
                parameters);
    }

    /**
     * The same for migrations, whose statements may take their time, and are never prepared under a
     * name: a pooler in between need not carry those.
     */
    static String ofMigrations(DatabaseProperties properties) {
        var parameters = parameters(properties);
        parameters.put("targetServerType", "primary");
        parameters.put("prepareThreshold", "0");
        if (properties.migrationUrl().isEmpty()) {
            return url(
                    hosts("POSTGRES_HOST", properties.hosts(), properties.port()),
                    properties.name(),
                    properties.parameters(),
                    parameters);
        }
        return withParameters(properties.migrationUrl(), "", parameters);
    }

    /**
     * The URL of a replica: a JDBC URL, {@code host:port/database}, {@code host:port} or a host.
     */
    static String ofReplica(String written, DatabaseProperties properties) {
        var parameters = parameters(properties);
        parameters.put("targetServerType", "any");
        parameters.put("socketTimeout", parameters.get("connectTimeout"));
        if (written.startsWith(SCHEME)) {
            return withParameters(written, properties.parameters(), parameters);
        }
        var slash = written.indexOf('/');
        var host = slash < 0 ? written : written.substring(0, slash);
        var database = slash < 0 ? properties.name() : written.substring(slash + 1);
        return url(
                hosts("POSTGRES_REPLICA_URLS", List.of(host), properties.port()),
                database,
                properties.parameters(),
                parameters);
    }

    /** A URL as it may stand in a log: without its parameters, which may hold a password. */
    static String withoutSecrets(String url) {
        var parameters = url.indexOf('?');
        return parameters < 0 ? url : url.substring(0, parameters);
    }

    private static Map<String, String> parameters(DatabaseProperties properties) {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("ApplicationName", "kohakku-controller");
        parameters.put("reWriteBatchedInserts", "true");
        parameters.put("tcpKeepAlive", "true");
        parameters.put(
                "connectTimeout", Long.toString(properties.timeouts().connect().toSeconds()));
        // why not the driver's 10 s: a server that was a standby may have been promoted since.
        parameters.put("hostRecheckSeconds", "1");
        return parameters;
    }

    private static String hosts(String key, List<String> written, int port) {
        return written.stream().map(host -> host(key, host, port)).collect(Collectors.joining(","));
    }

    private static String host(String key, String written, int port) {
        var host = HOST.matcher(written);
        if (!host.matches()) {
            throw new IllegalArgumentException(
                    key
                            + " must name hosts as host or host:port, separated by commas, not '"
                            + written
                            + "'");
        }
        return host.group("name") + ":" + (host.group("port") == null ? port : host.group("port"));
    }

    private static String url(
            String hosts, String database, String further, Map<String, String> parameters) {
        return withParameters(
                SCHEME + hosts + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8),
                further,
                parameters);
    }

    /** What stands in the URL wins, then what operators added, then ours. */
    private static String withParameters(
            String url, String further, Map<String, String> parameters) {
        var question = url.indexOf('?');
        var all = new LinkedHashMap<>(parameters);
        all.replaceAll((name, value) -> name + "=" + value);
        split(further, all);
        split(question < 0 ? "" : url.substring(question + 1), all);
        return withoutSecrets(url) + "?" + String.join("&", all.values());
    }

    private static void split(String parameters, Map<String, String> into) {
        Arrays.stream(parameters.split("&"))
                .filter(each -> !each.isBlank())
                .forEach(each -> into.put(each.split("=", 2)[0], each));
    }
}
