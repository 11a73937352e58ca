package dev.kohakku.common.queue;

import dev.kohakku.common.time.TestingClock;
import java.util.HashMap;
import java.util.Map;

class InMemoryTaskQueueTest extends TaskQueueContract {

    private final InMemoryTaskQueue queue = new InMemoryTaskQueue(new TestingClock());
    private final Map<String, InMemoryTaskQueue> consumers = new HashMap<>();

    @Override
    protected synchronized TaskQueue consumer(String name) {
        return consumers.computeIfAbsent(name, another -> queue.consumer());
    }
}
