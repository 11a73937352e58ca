package dev.kohakku.controller.dispatch;

import dev.kohakku.common.queue.QueueUnavailableException;
import dev.kohakku.common.queue.TaskQueue;
import java.util.List;

/** The stream that the dispatchers of a pool share. */
record StreamDestination(String queue, TaskQueue stream) implements Destination {

    @Override
    public void put(List<Ready> attempts, Receipt receipt) {
        try {
            stream.enqueue(attempts.stream().map(each -> each.taken().entry()).toList());
        } catch (QueueUnavailableException away) {
            receipt.refused(attempts);
            throw away;
        }
        receipt.arrived(attempts);
    }
}
