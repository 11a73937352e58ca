package dev.kohakku.e2e.proxy;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * A named point, and what is done there. Springs once, unless told otherwise; whoever is at the
 * point waits until the deed is done. Thread-safe.
 *
 * <p>What it looks for is a regular expression in {@code "<METHOD> <path and query> <body>"} of an
 * HTTP request, or in the bytes of any other protocol, read as Latin-1. Before a reply, HTTP traps
 * look at the request that is replied to, others at the reply's own bytes.
 */
public final class Trap {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Moment moment;
    private final Pattern point;
    private final AtomicInteger sprung = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private Runnable deed = () -> {};
    private Fate fate = Fate.PASSES;
    private int most = 1;

    private Trap(Moment moment, String point) {
        this.moment = moment;
        this.point = Pattern.compile(point, Pattern.DOTALL);
    }

    /** Springs when the request is here and the server has not seen it. */
    public static Trap beforeForwarding(String point) {
        return new Trap(Moment.BEFORE_FORWARDING, point);
    }

    /** Springs when the server has answered and the client does not know. */
    public static Trap beforeReplying(String point) {
        return new Trap(Moment.BEFORE_REPLYING, point);
    }

    /** What is done, before the fate of the message. Not for use once armed, as the next two. */
    public Trap doing(Runnable what) {
        deed = what;
        return this;
    }

    /** What becomes of the message. */
    public Trap then(Fate what) {
        fate = what;
        return this;
    }

    /** Springs at every such message until it is disarmed. */
    public Trap everyTime() {
        most = Integer.MAX_VALUE;
        return this;
    }

    /** Waits until it has sprung and its deed is done. */
    public void awaitSprung() {
        await().alias("the point " + this + " is reached")
                .atMost(PATIENCE)
                .until(() -> done.getCount() == 0);
    }

    /** How often it sprang. */
    public int timesSprung() {
        return Math.min(sprung.get(), most);
    }

    /** Lets go what is held, and whatever would be. Idempotent. */
    public void release() {
        released.countDown();
    }

    boolean springsAt(Moment here, String text) {
        return here == moment && point.matcher(text).find() && sprung.incrementAndGet() <= most;
    }

    /** Does the deed and answers the fate. Blocks while the message is held. */
    Fate spring() throws InterruptedException {
        try {
            deed.run();
        } finally {
            done.countDown();
        }
        if (fate == Fate.IS_HELD) {
            released.await();
        }
        return fate;
    }

    @Override
    public String toString() {
        return moment + " " + point;
    }
}
