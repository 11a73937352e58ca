package dev.kohakku.common.blob;

import java.io.IOException;

/** An object was larger than its writer allows. Nothing was stored. */
public class BlobTooLargeException extends IOException {

    public BlobTooLargeException(BlobKey key, long limit) {
        super(key + " is larger than " + limit + " bytes");
    }
}
