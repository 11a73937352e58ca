package dev.kohakku.dispatcher.report;

import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.TestingIds;
import dev.kohakku.common.wire.AttemptRef;
import dev.kohakku.common.wire.CheckIn;
import dev.kohakku.common.wire.CheckedIn;
import dev.kohakku.common.wire.DispatcherRegistry;
import dev.kohakku.common.wire.FoundContainer;
import dev.kohakku.common.wire.Heartbeat;
import dev.kohakku.common.wire.HeartbeatAnswer;
import dev.kohakku.common.wire.Inventory;
import dev.kohakku.common.wire.InventoryAnswer;
import dev.kohakku.common.wire.Leave;
import dev.kohakku.common.wire.Prefetch;
import dev.kohakku.common.wire.PrefetchOutcome;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.web.client.RestClientException;

/** The Controller's side of a dispatcher's own affairs: answers as a test wants and remembers. */
public final class FakeRegistry implements DispatcherRegistry {

    static final AttemptRef ONE = AttemptRef.of(TestingIds.newAttempt(), new Epoch(1));

    static final Prefetch PREFETCH =
            new Prefetch(new UUID(1, 2), ImageReference.parse("team/tool:1"), null);

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<PrefetchOutcome> prefetched = new CopyOnWriteArrayList<>();
    private final List<Inventory> inventories = new CopyOnWriteArrayList<>();
    private volatile RestClientException failure;
    private volatile boolean cordoned;
    private volatile List<FoundContainer> destroy = List.of();
    private volatile Runnable meanwhile = () -> {};

    /** Every call fails like this; null for none. */
    public void fail(RestClientException with) {
        failure = with;
    }

    /** What answers say of the dispatcher. */
    public void cordon(boolean isCordoned) {
        cordoned = isCordoned;
    }

    /** What the next inventories' answers order. */
    public void order(List<FoundContainer> containers) {
        destroy = containers;
    }

    /** Happens between a call and its answer. */
    public void meanwhile(Runnable event) {
        meanwhile = event;
    }

    /** The names of the calls, in order. */
    public List<String> calls() {
        return calls;
    }

    public List<Inventory> inventories() {
        return inventories;
    }

    @Override
    public CheckedIn checkIn(CheckIn checkIn) {
        return answer(
                "check-in",
                new CheckedIn(
                        Duration.ofSeconds(5), Duration.ofSeconds(15), List.of(ONE), cordoned));
    }

    @Override
    public HeartbeatAnswer heartbeat(String id, Heartbeat heartbeat) {
        return answer(
                "heartbeat",
                new HeartbeatAnswer(
                        List.of(ONE), List.of(ONE), List.of(), cordoned, List.of(PREFETCH)));
    }

    @Override
    public void leave(String id, Leave leave) {
        answer("leave", leave);
    }

    @Override
    public InventoryAnswer inventory(String id, Inventory inventory) {
        inventories.add(inventory);
        return answer("inventory", new InventoryAnswer(destroy));
    }

    @Override
    public void prefetched(String id, PrefetchOutcome outcome) {
        prefetched.add(outcome);
        answer("prefetched", outcome);
    }

    /** What came of images to be pulled ahead, as told. */
    public List<PrefetchOutcome> prefetched() {
        return prefetched;
    }

    private <T> T answer(String call, T answer) {
        calls.add(call);
        meanwhile.run();
        if (failure != null) {
            throw failure;
        }
        return answer;
    }
}
