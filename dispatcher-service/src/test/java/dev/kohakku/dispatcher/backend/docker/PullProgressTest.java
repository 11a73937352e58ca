package dev.kohakku.dispatcher.backend.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.core.DockerClientConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PullProgressTest {

    private final AtomicLong now = new AtomicLong();
    private final List<String> told = new ArrayList<>();
    private final PullProgress progress = new PullProgress(told::add, now::get);

    /** As the engine sends it. */
    private static PullResponseItem item(String json) {
        try {
            return DockerClientConfig.getDefaultObjectMapper()
                    .readValue(json, PullResponseItem.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void saw(String json) {
        progress.saw(item(json));
    }

    @Test
    void theSumOfTheLayersIsToldNowAndThen() {
        saw("{\"status\":\"Pulling from team/tool\",\"id\":\"1\"}");
        saw("{\"status\":\"Pulling fs layer\",\"id\":\"a\"}");
        saw("{\"status\":\"Already exists\",\"id\":\"b\"}");
        assertThat(told).isEmpty();
        now.addAndGet(PullProgress.EVERY.toNanos());
        saw(
                "{\"status\":\"Downloading\",\"id\":\"a\",\"progressDetail\":{\"current\":3145728,\"total\":10485760}}");
        saw(
                "{\"status\":\"Downloading\",\"id\":\"a\",\"progressDetail\":{\"current\":4194304,\"total\":10485760}}");
        assertThat(told).containsExactly("1 of 2 layers, 3 of 10 MiB");
        now.addAndGet(PullProgress.EVERY.toNanos());
        saw("{\"status\":\"Download complete\",\"id\":\"a\"}");
        assertThat(told.getLast()).isEqualTo("2 of 2 layers, 10 of 10 MiB");
    }

    @Test
    void aWordWithoutLayersIsNoProgress() {
        now.addAndGet(PullProgress.EVERY.toNanos());
        saw("{\"status\":\"Digest: sha256:abc\"}");
        saw("{\"error\":\"no\"}");
        assertThat(told).isEmpty();
    }
}
