package dev.kohakku.dispatcher.attempt;

import dev.kohakku.common.blob.InMemoryBlobStore;
import dev.kohakku.common.log.BlobLogArchive;
import dev.kohakku.common.log.InMemoryLiveLog;
import dev.kohakku.common.task.AttemptId;
import dev.kohakku.common.telemetry.Traces;
import dev.kohakku.dispatcher.agent.AgentKeys;
import dev.kohakku.dispatcher.agent.BriefLinks;
import dev.kohakku.dispatcher.agent.InMemoryAgentRecords;
import dev.kohakku.dispatcher.backend.Backends;
import dev.kohakku.dispatcher.identity.DispatcherIdentity;
import dev.kohakku.dispatcher.image.ImageSettings;
import dev.kohakku.dispatcher.image.PullGate;
import dev.kohakku.dispatcher.image.PullPolicy;
import dev.kohakku.dispatcher.log.LogSettings;
import dev.kohakku.dispatcher.log.LogShipper;
import dev.kohakku.dispatcher.report.Claims;
import dev.kohakku.dispatcher.report.Lease;
import dev.kohakku.dispatcher.report.LiveLease;
import dev.kohakku.dispatcher.report.Pauses;
import dev.kohakku.dispatcher.report.Reports;
import dev.kohakku.dispatcher.report.SteadyTime;
import dev.kohakku.dispatcher.report.TestingController;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.util.unit.DataSize;

/**
 * What a dispatcher process holds in memory, over engines and a Controller that outlive it: stop
 * one and make another to see a restart.
 */
public final class TestingDispatcher {

    private static final Pauses PAUSES = new Pauses(Duration.ofMillis(5), Duration.ofMillis(20));

    private static final SimpleMeterRegistry METERS = new SimpleMeterRegistry();

    private final RunningAttempts running;
    private final Attempts attempts;
    private final Disposal disposal;
    private final Lease lease;

    /** What outlives a dispatcher. */
    public record World(
            TestingController controller,
            TestingBackend backend,
            InMemoryAgentRecords agents,
            InMemoryBlobStore blobs,
            InMemoryLiveLog live,
            Clock clock,
            SteadyTime steady,
            Traces traces) {

        public static World of(Clock clock) {
            return of(clock, clock::instant);
        }

        /** The same world to a process whose steady time began at another moment. */
        public World with(SteadyTime other) {
            return new World(controller, backend, agents, blobs, live, clock, other, traces);
        }

        /** The same world, whose processes record traces. */
        public World traced(Traces recorded) {
            return new World(controller, backend, agents, blobs, live, clock, steady, recorded);
        }

        public static World of(Clock clock, SteadyTime steady) {
            return new World(
                    new TestingController(clock),
                    new TestingBackend(clock),
                    new InMemoryAgentRecords(),
                    new InMemoryBlobStore(),
                    new InMemoryLiveLog(),
                    clock,
                    steady,
                    Traces.OFF);
        }
    }

    public TestingDispatcher(World world) {
        this("d-1", world);
    }

    public TestingDispatcher(String id, World world) {
        this(id, world, new Backends(List.of(world.backend().served())));
    }

    /** One that serves these backends. */
    public TestingDispatcher(String id, World world, Backends backends) {
        var identity =
                new DispatcherIdentity(
                        id, UUID.randomUUID().toString(), URI.create("http://localhost:8080"));
        var clock = world.clock();
        lease = LiveLease.of(world.steady());
        var claims = new Claims(world.controller(), identity, lease, PAUSES, METERS);
        running = new RunningAttempts(10, clock, world.steady(), world.traces());
        disposal = new Disposal(claims);
        attempts =
                new Attempts(
                        running,
                        claims,
                        new Reports(world.controller(), claims, "key", PAUSES, clock, METERS),
                        backends,
                        runner(world, identity, new Ownership(lease, clock)),
                        disposal,
                        Duration.ofSeconds(30));
    }

    private static AttemptRunner runner(
            World world, DispatcherIdentity identity, Ownership ownership) {
        var clock = world.clock();
        var environment =
                new ContainerEnvironment(
                        identity.url(),
                        new AgentKeys("key"),
                        new BriefLinks("key", world.blobs(), Duration.ofHours(1), clock));
        var images =
                new ImageSettings(
                        PullPolicy.NEVER, 1, Duration.ofMinutes(1), 1, Duration.ofMillis(10));
        var patience = Duration.ofSeconds(15);
        return new AttemptRunner(
                new Launcher(
                        environment,
                        new PullGate(images, clock),
                        new EngineStart(ownership, patience, Duration.ofMillis(200)),
                        patience,
                        METERS,
                        clock),
                ownership,
                new Watch(Duration.ofSeconds(10), clock),
                new AgentWatches(world.agents(), Duration.ofMillis(20)),
                new LogShipper(new BlobLogArchive(world.blobs()), world.live(), logSettings()),
                METERS,
                clock);
    }

    private static LogSettings logSettings() {
        return new LogSettings(
                Duration.ofMillis(5),
                100,
                DataSize.ofMegabytes(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5));
    }

    public RunningAttempts running() {
        return running;
    }

    public Attempts attempts() {
        return attempts;
    }

    Disposal disposal() {
        return disposal;
    }

    /** The lease runs out, as of a process that was paused too long. */
    public void lapse() {
        LiveLease.lapse(lease);
    }

    /** Claims and runs an attempt on a thread of its own, as a delivery or a resume does. */
    public Thread begin(AttemptId attempt) {
        return Thread.ofVirtual().start(() -> claimAndRun(attempt));
    }

    private void claimAndRun(AttemptId attempt) {
        try {
            if (attempts.claim(attempt, null) instanceof Attempts.Admission.Granted(var granted)) {
                attempts.run(granted);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops as a process does: nothing is reported and no container touched from now on. */
    public void stop() throws InterruptedException {
        if (!running.leaveAll(Duration.ofSeconds(10))) {
            throw new IllegalStateException("attempts were not left: " + running.all());
        }
    }
}
