package dev.kohakku.controller.task;

import static dev.kohakku.common.wire.Problems.type;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.blob.BlobStore;
import dev.kohakku.controller.access.Caller;
import dev.kohakku.controller.web.Problem;
import dev.kohakku.controller.web.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The brief of a task, byte for byte as the container gets it. */
@RestController
class BriefDocumentApi {

    /** Carries the SHA-256 of the bytes. */
    private static final String HASH_HEADER = "X-Kohakku-Brief-Sha256";

    private final Tasks tasks;
    private final BlobStore blobs;

    BriefDocumentApi(Tasks tasks, BlobStore blobs) {
        this.tasks = tasks;
        this.blobs = blobs;
    }

    @Operation(
            summary =
                    "Shows the brief of a task's current attempt, byte for byte as its agent reads it.")
    @GetMapping(path = "/api/v1/tasks/{task}/brief", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> brief(
            @AuthenticationPrincipal Caller caller, @PathVariable String task) {
        var found = tasks.get(caller, TaskIds.parse(task)).progress();
        var key = found.briefKey();
        var sha256 = found.briefSha256();
        if (key == null || sha256 == null) {
            throw missing("The task has no brief yet: it is stored when the task is queued.");
        }
        return ResponseEntity.ok().eTag(sha256).header(HASH_HEADER, sha256).body(read(key));
    }

    private byte[] read(String key) {
        try (var content =
                blobs.open(new BlobKey(key))
                        .orElseThrow(() -> missing("The brief is gone from the object store."))) {
            return content.readAllBytes();
        } catch (IOException unavailable) {
            throw Problem.storeUnavailable(unavailable).exception();
        }
    }

    private static ProblemException missing(String detail) {
        return Problem.of(
                        type("brief-not-stored"),
                        HttpStatus.NOT_FOUND,
                        "No brief is stored",
                        detail)
                .exception();
    }
}
