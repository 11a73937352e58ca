package dev.kohakku.dispatcher.backend.process;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where subprocesses live.
 *
 * @param root a directory of this machine that outlives the dispatcher; each attempt gets one in
 *     it. Empty for {@code kohakku/work} in the directory for temporary files
 */
@ConfigurationProperties(value = "kohakku.process", ignoreUnknownFields = false)
public record ProcessSettings(@DefaultValue("") String root) {

    /** The root, absolute. */
    public Path directory() {
        var path =
                root.isBlank()
                        ? Path.of(System.getProperty("java.io.tmpdir"), "kohakku", "work")
                        : Path.of(root);
        return path.toAbsolutePath().normalize();
    }
}
