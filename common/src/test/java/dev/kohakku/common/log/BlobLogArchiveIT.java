package dev.kohakku.common.log;

import dev.kohakku.common.blob.minio.MinioBlobStore;
import dev.kohakku.common.blob.minio.MinioSettings;
import dev.kohakku.standalone.engine.TestEngines;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class BlobLogArchiveIT extends LogArchiveContract {

    private static MinioBlobStore blobs;

    @BeforeAll
    static void connect() {
        var engine = TestEngines.objectStore();
        blobs =
                new MinioBlobStore(
                        new MinioSettings(
                                engine.endpoint(),
                                null,
                                engine.accessKey(),
                                engine.secretKey(),
                                engine.bucket(),
                                "us-east-1"));
    }

    @AfterAll
    static void close() {
        blobs.close();
    }

    @Override
    protected LogArchive archive() {
        return new BlobLogArchive(blobs);
    }
}
