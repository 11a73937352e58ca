package dev.kohakku.common.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every object store promises. Tests keep to a prefix of their own. */
public abstract class BlobStoreContract {

    private static final String TEXT = "text/plain";
    private static final int MEBIBYTE = 1 << 20;

    private final String prefix = "contract/" + UUID.randomUUID() + "/";

    /** The store under test. */
    protected abstract BlobStore store();

    /** A key of this test. */
    protected final BlobKey key(String name) {
        return new BlobKey(prefix + name);
    }

    private byte[] read(BlobKey key) throws IOException {
        try (var content = store().open(key).orElseThrow()) {
            return content.readAllBytes();
        }
    }

    private static byte[] bytes(int length) {
        var bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static InputStream breakingAfter(byte[] bytes) {
        return new SequenceInputStream(new ByteArrayInputStream(bytes), new BrokenStream());
    }

    private static final class BrokenStream extends InputStream {

        @Override
        public int read() throws IOException {
            throw new IOException("the source broke");
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return read();
        }
    }

    @Test
    void whatIsPutIsRead() throws Exception {
        store().put(key("a.json"), "{}".getBytes(UTF_8), "application/json");

        assertThat(read(key("a.json"))).asString(UTF_8).isEqualTo("{}");
    }

    @Test
    void puttingAgainReplaces() throws Exception {
        store().put(key("a"), "one".getBytes(UTF_8), TEXT);
        store().put(key("a"), "two".getBytes(UTF_8), TEXT);

        assertThat(read(key("a"))).asString(UTF_8).isEqualTo("two");
    }

    @Test
    void anEmptyObjectIsAnObject() throws Exception {
        store().put(key("whole"), new byte[0], TEXT);
        store().put(key("streamed"), InputStream.nullInputStream(), TEXT, 10);

        assertThat(read(key("whole"))).isEmpty();
        assertThat(read(key("streamed"))).isEmpty();
    }

    @Test
    void whatWasNeverPutIsEmpty() throws Exception {
        assertThat(store().open(key("nothing"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, 8 * MEBIBYTE, 20 * MEBIBYTE + 1})
    void aStreamIsStoredWhateverItsLength(int length) throws Exception {
        var content = bytes(length);

        var stored =
                store().put(key("stream"), new ByteArrayInputStream(content), TEXT, 32L * MEBIBYTE);

        assertThat(stored).isEqualTo(length);
        assertThat(read(key("stream"))).isEqualTo(content);
    }

    @Test
    void aStreamOfExactlyTheLimitIsStored() throws Exception {
        assertThat(store().put(key("full"), new ByteArrayInputStream(bytes(100)), TEXT, 100))
                .isEqualTo(100);
        assertThat(read(key("full"))).hasSize(100);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 17 * MEBIBYTE})
    void aStreamBeyondTheLimitIsRefusedAndNothingIsStored(int limit) throws Exception {
        store().put(key("kept"), "before".getBytes(UTF_8), TEXT);
        var tooMuch = bytes(limit + 1);

        assertThatThrownBy(() ->
                        store().put(key("kept"), new ByteArrayInputStream(tooMuch), TEXT, limit))
                .isInstanceOf(BlobTooLargeException.class)
                .hasMessageContaining("larger than " + limit + " bytes");

        assertThat(read(key("kept"))).asString(UTF_8).isEqualTo("before");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 17 * MEBIBYTE})
    void aStreamThatBreaksLeavesNothing(int after) {
        assertThatThrownBy(() ->
                        store().put(
                                        key("broken"),
                                        breakingAfter(bytes(after)),
                                        TEXT,
                                        64L * MEBIBYTE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the source broke");

        assertThat(isMissing(key("broken"))).isTrue();
    }

    private boolean isMissing(BlobKey key) {
        try {
            return store().open(key).isEmpty();
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void aStreamIsLeftOpenForItsOwnerToClose() throws Exception {
        var content =
                new ByteArrayInputStream(bytes(10)) {
                    private boolean closed;

                    @Override
                    public void close() {
                        closed = true;
                    }
                };

        store().put(key("open"), content, TEXT, 100);

        assertThat(content.closed).isFalse();
    }

    @Test
    void aListingIsCompleteAndInLexicalOrder() throws Exception {
        for (var name : new String[] {"b/2", "a", "b/10", "c"}) {
            store().put(key(name), name.getBytes(UTF_8), TEXT);
        }

        assertThat(store().list(prefix))
                .containsExactly(key("a"), key("b/10"), key("b/2"), key("c"));
        assertThat(store().list(prefix + "b/")).containsExactly(key("b/10"), key("b/2"));
        assertThat(store().list(prefix + "none/")).isEmpty();
    }

    @Test
    void deletingTwiceIsFine() throws Exception {
        store().put(key("gone"), new byte[] {1}, TEXT);

        store().delete(key("gone"));
        store().delete(key("gone"));

        assertThat(store().open(key("gone"))).isEmpty();
        assertThat(store().list(prefix)).isEmpty();
    }

    @Test
    void withoutAPublicAddressThereIsNoLink() {
        assertThat(store().publicLink(key("a"), Duration.ofMinutes(5))).isEmpty();
    }

    @Test
    void aReachableStorePassesTheCheck() throws Exception {
        store().check();

        assertThat(store().list(prefix)).isEmpty();
    }
}
