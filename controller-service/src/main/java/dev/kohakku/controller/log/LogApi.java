package dev.kohakku.controller.log;

import dev.kohakku.common.log.LiveLog;
import dev.kohakku.common.log.LogArchive;
import dev.kohakku.common.task.TaskId;
import dev.kohakku.controller.access.Caller;
import dev.kohakku.controller.task.TaskIds;
import dev.kohakku.controller.task.Tasks;
import dev.kohakku.controller.web.LongAnswer;
import dev.kohakku.controller.web.Problem;
import io.micrometer.core.instrument.MeterRegistry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Logs over HTTP: text once, or events until the end. Blocks a virtual thread per reader. */
@RestController
class LogApi {

    private final Tasks tasks;
    private final LogArchive archive;
    private final LiveLog live;
    private final JsonMapper json;
    private final LogProperties properties;
    private final AtomicInteger followers = new AtomicInteger();
    private final CountDownLatch stopping = new CountDownLatch(1);

    LogApi(
            Tasks tasks,
            LogArchive archive,
            LiveLog live,
            JsonMapper json,
            LogProperties properties,
            MeterRegistry meters) {
        meters.gauge("kohakku.log.followers", followers);
        this.tasks = tasks;
        this.archive = archive;
        this.live = live;
        this.json = json;
        this.properties = properties;
    }

    @Operation(
            summary = "Shows the log of a task.",
            description =
                    "Text; with follow=true server-sent events (line, gap, interrupted, end) that"
                            + " Last-Event-ID resumes.")
    @ApiResponse(
            responseCode = "200",
            description = "The log.",
            content = {
                @Content(mediaType = "text/plain"),
                @Content(mediaType = "text/event-stream")
            })
    @Parameter(
            name = "attempt",
            in = ParameterIn.QUERY,
            description = "From 1; the current one by default.")
    @Parameter(name = "follow", in = ParameterIn.QUERY, description = "true or false.")
    @Parameter(name = "Last-Event-ID", in = ParameterIn.HEADER)
    @GetMapping("/api/v1/tasks/{task}/logs")
    void logs(
            @AuthenticationPrincipal Caller caller,
            @PathVariable String task,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException, InterruptedException {
        var id = TaskIds.parse(task);
        var wanted =
                LogRequest.read(
                        request,
                        tasks.standingOrEnd(caller, id)
                                .orElseThrow(() -> Problem.taskUnknown(task).exception()));
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        LongAnswer.declare(request);
        try {
            if (wanted.follow()) {
                follow(caller, id, wanted, response);
            } else {
                print(id, wanted, response);
            }
        } catch (ClientGoneException gone) {
            // why nothing: leaving is how a reader says that it has enough.
            return;
        }
    }

    private void print(TaskId task, LogRequest wanted, HttpServletResponse response)
            throws IOException {
        response.setContentType("text/plain;charset=UTF-8");
        var text = new ResponseText(response.getOutputStream());
        var writer = new PlainLogWriter(text);
        try {
            new LogReader(archive, live, task, writer, wanted.start(), Duration.ZERO).readAll();
        } catch (IOException unreadable) {
            if (!response.isCommitted()) {
                throw Problem.storeUnavailable(unreadable).exception();
            }
            writer.remark("the log's archive cannot be read now, more lines follow");
        }
        writer.flush();
    }

    private void follow(Caller caller, TaskId task, LogRequest wanted, HttpServletResponse response)
            throws IOException, InterruptedException {
        response.setContentType("text/event-stream;charset=UTF-8");
        // why: a proxy that collects events defeats them.
        response.setHeader("X-Accel-Buffering", "no");
        var events = new EventStreamWriter(new ResponseText(response.getOutputStream()), json);
        var reader =
                new LogReader(archive, live, task, events, wanted.start(), properties.gapAfter());
        followers.incrementAndGet();
        try {
            new LogFollower(
                            reader,
                            events,
                            () -> standing(caller, task),
                            wanted.oneAttempt(),
                            stopping,
                            properties.heartbeat())
                    .follow();
        } finally {
            followers.decrementAndGet();
        }
    }

    private Tasks.Standing standing(Caller caller, TaskId task) {
        return tasks.standing(caller, task)
                .orElseThrow(() -> Problem.taskUnknown(task.toString()).exception());
    }

    /**
     * Followers leave before requests are waited for, so that stopping does not wait for ends of
     * tasks; and after everybody else who listens, so that they come back to another Controller.
     */
    @EventListener(ContextClosedEvent.class)
    @Order
    void stop() {
        stopping.countDown();
    }

    /**
     * Reading logs.
     *
     * @param heartbeat how often a follower without news sends a sign of life
     * @param gapAfter how long a follower waits for lines on their way to the archive before it
     *     declares a gap; the end of the attempt ends the wait
     */
    @ConfigurationProperties(prefix = "kohakku.log", ignoreUnknownFields = false)
    record LogProperties(
            @DefaultValue("10s") Duration heartbeat, @DefaultValue("5m") Duration gapAfter) {}
}
