package dev.kohakku.standalone;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** In the place of a service's jar: says that it is ready and stays until it is told to end. */
public final class StandInService {

    private StandInService() {}

    public static void main(String[] args) throws Exception {
        var port = System.getenv("SERVER_PORT");
        if (port != null) {
            var address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
            var server = HttpServer.create(address, 0);
            server.createContext(
                    "/",
                    exchange -> {
                        exchange.getResponseHeaders().set("Answered-By", port);
                        exchange.sendResponseHeaders(200, -1);
                        exchange.close();
                    });
            server.start();
        }
        System.out.println("Started StandInService: workflow-worker ready");
        System.out.println("Redis is " + System.getenv("REDIS_URL"));
        System.out.println("Dispatcher is " + System.getenv("DISPATCHER_ID"));
        System.out.println("Roles are " + System.getenv("KOHAKKU_ROLES"));
        new CountDownLatch(1).await();
    }

    /** Lays a repository with this as all three services. */
    static Path repository(Path directory) throws IOException {
        for (var module :
                new String[] {"controller-service", "dispatcher-service", "workflow-worker"}) {
            var target = Files.createDirectories(directory.resolve(module).resolve("target"));
            try (var out = Files.newOutputStream(target.resolve(module + "-exec.jar"))) {
                write(out);
            }
        }
        return directory;
    }

    private static void write(OutputStream out) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes()
                .put(Attributes.Name.MAIN_CLASS, StandInService.class.getName());
        var name = StandInService.class.getName().replace('.', '/') + ".class";
        try (var jar = new JarOutputStream(out, manifest);
                var code = StandInService.class.getResourceAsStream("/" + name)) {
            jar.putNextEntry(new JarEntry(name));
            code.transferTo(jar);
        }
    }
}
