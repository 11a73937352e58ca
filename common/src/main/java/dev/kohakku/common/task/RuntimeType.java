package dev.kohakku.common.task;

/** The kinds of backend a task can be run on. The names of users are these in lower case. */
public enum RuntimeType {
    /** The Docker engine beside the dispatcher. */
    LOCAL,
    /** A Kubernetes cluster. */
    K8S,
    /** An AWS ECS cluster. */
    ECS,
    /** A subprocess of the dispatcher's machine. */
    WORKER,
    /** A backend scripted by the task itself; only in tests and drills. */
    MOCK
}
