/** The object store over the S3 protocol, by the MinIO client. */
@NullMarked
package dev.kohakku.common.blob.minio;

import org.jspecify.annotations.NullMarked;
