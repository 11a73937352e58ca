package dev.kohakku.e2e.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The services of one version, as commands that start them. Unpacked once for this JVM. */
public final class Release {

    private static final Path ROOT = Path.of(System.getProperty("kohakku.root"));

    private final UnpackedService controller;
    private final UnpackedService dispatcher;
    private final UnpackedService workflowWorker;

    private Release(String name, Path root) {
        controller = new UnpackedService("controller-service", name, root);
        dispatcher = new UnpackedService("dispatcher-service", name, root);
        workflowWorker = new UnpackedService("workflow-worker", name, root);
    }

    /** This source's. */
    public static Release current() {
        return new Release("current", ROOT);
    }

    /**
     * The one before, which {@code .ci/previous} builds from the commit that {@code
     * deploy/previous-release} names.
     */
    public static Release previous() {
        var root = ROOT.resolve("target").resolve("previous");
        if (!Files.isDirectory(root)) {
            throw new IllegalStateException("no previous release in " + root + ": make upgrade");
        }
        return new Release("previous", root);
    }

    public List<String> controller() {
        return controller.command();
    }

    public List<String> dispatcher() {
        return dispatcher.command();
    }

    public List<String> workflowWorker() {
        return workflowWorker.command();
    }
}
