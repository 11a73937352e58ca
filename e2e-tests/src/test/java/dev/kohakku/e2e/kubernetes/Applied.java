package dev.kohakku.e2e.kubernetes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The objects of one rendering, as questions about them.
 *
 * @param objects in their order
 */
record Applied(List<Node> objects) {

    private static final Set<String> WITH_PODS = Set.of("Deployment", "StatefulSet", "Job");

    /** How an object is called in a message. */
    static String called(Node object) {
        return object.at("kind").text() + " " + object.at("metadata", "name").text();
    }

    static String namespace(Node object) {
        return object.at("metadata", "namespace").text();
    }

    Stream<Node> of(String kind) {
        return objects.stream().filter(each -> each.at("kind").text().equals(kind));
    }

    /** Deployments, StatefulSets and Jobs. */
    List<Node> workloads() {
        return objects.stream().filter(each -> WITH_PODS.contains(each.at("kind").text())).toList();
    }

    static Node pod(Node workload) {
        return workload.at("spec", "template", "spec");
    }

    static List<Node> containers(Node workload) {
        return pod(workload).at("containers").each();
    }

    /** The workloads of the namespace whose Pods a selector selects. */
    List<Node> selected(String namespace, Node selector) {
        return workloads().stream()
                .filter(each -> namespace(each).equals(namespace))
                .filter(each ->
                        selects(selector, each.at("spec", "template", "metadata", "labels")))
                .toList();
    }

    /** The workloads of the namespace whose Pods have these labels. */
    List<Node> labelled(String namespace, Node labels) {
        return workloads().stream()
                .filter(each -> namespace(each).equals(namespace))
                .filter(each -> each.at("spec", "template", "metadata", "labels").has(labels))
                .toList();
    }

    private static boolean selects(Node selector, Node labels) {
        var words = selector.at("matchLabels");
        if (!words.isAbsent() && !labels.has(words)) {
            return false;
        }
        return selector.at("matchExpressions").each().stream()
                .allMatch(each ->
                        each.at("operator").text().equals("In")
                                && each.at("values")
                                        .each()
                                        .contains(labels.at(each.at("key").text())));
    }

    /** The ports of a workload's containers, by name and by number. */
    static Set<String> ports(Node workload) {
        var ports = new HashSet<String>();
        for (var container : containers(workload)) {
            for (var port : container.at("ports").each()) {
                ports.add(port.at("name").text());
                ports.add(port.at("containerPort").text());
            }
        }
        return ports;
    }

    /** The settings a container is given by names of its own and by ConfigMaps. */
    Map<String, Node> environment(Node container) {
        var environment = new HashMap<String, Node>();
        for (var source : container.at("envFrom").each()) {
            environment.putAll(config(source.at("configMapRef", "name").text()).fields());
        }
        for (var variable : container.at("env").each()) {
            var key = variable.at("valueFrom", "configMapKeyRef");
            var source = variable.at(variable.at("value").isAbsent() ? "valueFrom" : "value");
            var value =
                    key.isAbsent()
                            ? source
                            : config(key.at("name").text()).at(key.at("key").text());
            environment.put(variable.at("name").text(), value);
        }
        return environment;
    }

    private Node config(String name) {
        return of("ConfigMap")
                .filter(each -> each.at("metadata", "name").text().equals(name))
                .map(each -> each.at("data"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no ConfigMap " + name));
    }

    /** The Secrets and their keys that a workload refers to: {@code name/KEY}. */
    static List<String> secrets(Node workload) {
        var secrets = new ArrayList<String>();
        for (var container : containers(workload)) {
            for (var variable : container.at("env").each()) {
                var key = variable.at("valueFrom", "secretKeyRef");
                if (!key.isAbsent()) {
                    secrets.add(key.at("name").text() + "/" + key.at("key").text());
                }
            }
        }
        for (var volume : pod(workload).at("volumes").each()) {
            if (!volume.at("secret").isAbsent()) {
                secrets.add(volume.at("secret", "secretName").text() + "/userlist.txt");
            }
        }
        return secrets;
    }
}
