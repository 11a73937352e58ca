package dev.kohakku.common.log;

import static dev.kohakku.common.log.TestingLines.out;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.blob.InMemoryBlobStore;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlobLogArchiveTest extends LogArchiveContract {

    private final InMemoryBlobStore blobs = new InMemoryBlobStore();
    private final BlobLogArchive archive = new BlobLogArchive(blobs);

    @Override
    protected LogArchive archive() {
        return archive;
    }

    @Test
    void theNameOfAChunkSaysWhereItStartsAndEnds() throws Exception {
        archive.store(attempt, new LogPosition(1, 4, 7), List.of(out(5)));

        assertThat(blobs.list("logs/"))
                .containsExactly(
                        new BlobKey(
                                "logs/"
                                        + attempt.task()
                                        + "/1/000000000004-000000000007_000000000005-000000000007.ndjson"));
    }

    @Test
    void otherObjectsBesideTheChunksAreLeftAlone() throws Exception {
        blobs.put(new BlobKey("logs/" + attempt + "/notes.txt"), new byte[] {1}, "text/plain");
        archive.store(attempt, LogPosition.startOf(1), List.of(out(1)));

        assertThat(archive.position(attempt)).isEqualTo(new LogPosition(1, 1, 0));
    }

    @Test
    void aStoreThatIsAwayIsAnError() {
        blobs.setAway(true);

        assertThatThrownBy(() -> archive.position(attempt)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> archive.store(attempt, LogPosition.startOf(1), List.of(out(1))))
                .isInstanceOf(IOException.class);
    }
}
