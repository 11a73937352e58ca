package dev.kohakku.controller.job;

import dev.kohakku.controller.role.Roles;
import dev.kohakku.controller.web.FieldErrors;
import dev.kohakku.controller.web.Page;
import dev.kohakku.controller.web.QueryFields;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Background jobs over HTTP. */
@RestController
@RequestMapping(path = "/api/v1/jobs", produces = MediaType.APPLICATION_JSON_VALUE)
class JobApi {

    private final JobStore store;

    JobApi(JobStore store) {
        this.store = store;
    }

    /** By queue and name; there are too few of them for pages. */
    @Operation(summary = "Lists background jobs: when each is due, how it went, who does it now.")
    @Parameter(
            name = "queue",
            in = ParameterIn.QUERY,
            description = "default, dispatch or cleanup, as in WORKER_QUEUES.")
    @GetMapping
    Page<JobView> list(@Parameter(hidden = true) HttpServletRequest request) {
        var errors = new FieldErrors();
        var query = QueryFields.of(request, errors);
        var queue = query.parsed("queue", JobApi::queueOf);
        query.refuseUnknown();
        errors.refuseIfAny();
        var jobs = store.list().stream();
        return new Page<>(
                jobs.filter(job -> queue == null || job.queue().equals(queue.word())).toList(),
                null);
    }

    private static Roles.Queue queueOf(String word) {
        return Arrays.stream(Roles.Queue.values())
                .filter(queue -> queue.word().equals(word))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "'" + word + "' is none of default, dispatch, cleanup"));
    }
}
