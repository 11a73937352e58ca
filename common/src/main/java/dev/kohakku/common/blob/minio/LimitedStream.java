package dev.kohakku.common.blob.minio;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.blob.BlobTooLargeException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Counts what is read, fails beyond a limit, and remembers the failure: the client wraps exceptions
 * of its source beyond recognition.
 */
final class LimitedStream extends InputStream {

    private final InputStream source;
    private final BlobKey key;
    private final long limit;
    private long count;
    private @Nullable IOException failure;

    LimitedStream(InputStream source, BlobKey key, long limit) {
        this.source = source;
        this.key = key;
        this.limit = limit;
    }

    /** Bytes read so far. */
    long count() {
        return count;
    }

    /** What ended the reading, null when nothing did. */
    @Nullable IOException failure() {
        return failure;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
            var read = source.read(buffer, offset, length);
            if (read > 0) {
                count += read;
            }
            if (count > limit) {
                throw new BlobTooLargeException(key, limit);
            }
            return read;
        } catch (IOException failed) {
            failure = failed;
            throw failed;
        }
    }
}
