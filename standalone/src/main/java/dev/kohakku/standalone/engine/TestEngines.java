package dev.kohakku.standalone.engine;

import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One of each engine for all tests of a JVM: started when first asked for, stopped when the JVM
 * ends.
 *
 * <p>Tests share a server and must not share what is in it: take a {@link #newDatabase() database},
 * a stream name, a key prefix, a task queue of your own. Thread-safe.
 */
public final class TestEngines {

    private static final Shared<EmbeddedPostgres> POSTGRES = new Shared<>(EmbeddedPostgres::start);
    private static final Shared<EmbeddedPgBouncer> PGBOUNCER =
            new Shared<>(() -> EmbeddedPgBouncer.start(postgres(), 20));
    private static final Shared<EmbeddedRedis> REDIS = new Shared<>(EmbeddedRedis::start);
    private static final Shared<EmbeddedObjectStore> OBJECT_STORE =
            new Shared<>(EmbeddedObjectStore::start);
    private static final Shared<EmbeddedTemporal> TEMPORAL = new Shared<>(EmbeddedTemporal::start);

    private TestEngines() {}

    /** Started by the first call, which blocks until it answers; so are the others. */
    public static EmbeddedPostgres postgres() {
        return POSTGRES.get();
    }

    /** The name of a new, empty database of {@link #postgres()}. */
    public static String newDatabase() {
        var name = "test_" + UUID.randomUUID().toString().replace("-", "");
        postgres().createDatabase(name);
        return name;
    }

    /** The machine's own PgBouncer before {@link #postgres()}; fails where there is none. */
    public static EmbeddedPgBouncer pgbouncer() {
        return PGBOUNCER.get();
    }

    /** Shared by all tests of the JVM: names in it are theirs to keep apart. */
    public static EmbeddedRedis redis() {
        return REDIS.get();
    }

    /** Shared by all tests of the JVM, its bucket too. */
    public static EmbeddedObjectStore objectStore() {
        return OBJECT_STORE.get();
    }

    /** Shared by all tests of the JVM. */
    public static EmbeddedTemporal temporal() {
        return TEMPORAL.get();
    }

    private static final class Shared<E extends AutoCloseable> implements Supplier<E> {

        private final Supplier<E> start;
        private @Nullable E engine;

        Shared(Supplier<E> start) {
            this.start = start;
        }

        @Override
        public synchronized E get() {
            if (engine == null) {
                var started = start.get();
                engine = started;
                Runtime.getRuntime()
                        .addShutdownHook(new Thread(() -> stop(started), "stop-engine"));
            }
            return engine;
        }

        private static void stop(AutoCloseable engine) {
            try {
                engine.close();
            } catch (Exception e) {
                System.err.println("An engine did not stop: " + e);
            }
        }
    }
}
