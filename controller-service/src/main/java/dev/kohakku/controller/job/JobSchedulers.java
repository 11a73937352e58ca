package dev.kohakku.controller.job;

import com.zaxxer.hikari.HikariDataSource;
import dev.kohakku.controller.role.Roles;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Does the jobs of the queues that this process works, each queue on threads of its own. */
@Component
@EnableConfigurationProperties(JobProperties.class)
class JobSchedulers implements SmartLifecycle {

    private final List<QueueJobs> queues;
    private volatile boolean running;

    JobSchedulers(
            HikariDataSource postgres,
            JobStore store,
            List<Job> jobs,
            Roles roles,
            JobProperties properties) {
        this.queues = new ArrayList<>();
        for (var queue : Roles.Queue.values()) {
            var its = jobs.stream().filter(job -> job.queue() == queue).toList();
            // why not without jobs: nobody has to look at an empty table.
            if (roles.works(queue) && !its.isEmpty()) {
                queues.add(
                        new QueueJobs(
                                postgres,
                                store,
                                queue,
                                its,
                                roles.concurrency(),
                                properties,
                                worker()));
            }
        }
    }

    /** This process among all that work. */
    private static String worker() {
        var process = ProcessHandle.current().pid();
        try {
            return InetAddress.getLocalHost().getHostName() + "/" + process;
        } catch (UnknownHostException nameless) {
            return "unknown/" + process;
        }
    }

    @Override
    public void start() {
        running = true;
        queues.forEach(QueueJobs::start);
    }

    @Override
    public void stop() {
        running = false;
        // why at once: each takes its time to end while Postgres hangs.
        try (var closing = Executors.newVirtualThreadPerTaskExecutor()) {
            queues.forEach(each -> closing.execute(each::close));
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
