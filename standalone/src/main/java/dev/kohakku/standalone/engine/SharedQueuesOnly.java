package dev.kohakku.standalone.engine;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.temporal.api.workflowservice.v1.RespondWorkflowTaskCompletedRequest;

/**
 * Keeps workflows off the queues of single workers. A worker asks for the next step of a workflow
 * to come to its own queue, since it has the workflow in its cache; a real server takes the step
 * back when the worker is gone, the test server never does, so that the workflow would hang for
 * ever.
 */
final class SharedQueuesOnly implements ServerInterceptor {

    @Override
    public <I, O> ServerCall.Listener<I> interceptCall(
            ServerCall<I, O> call, Metadata headers, ServerCallHandler<I, O> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            @Override
            @SuppressWarnings("unchecked") // why: the same type of message, one field less
            public void onMessage(I message) {
                super.onMessage(
                        message instanceof RespondWorkflowTaskCompletedRequest request
                                ? (I) request.toBuilder().clearStickyAttributes().build()
                                : message);
            }
        };
    }
}
