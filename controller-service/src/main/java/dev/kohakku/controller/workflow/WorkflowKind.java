package dev.kohakku.controller.workflow;

import dev.kohakku.common.wire.workflow.SingleDispatch;
import dev.kohakku.common.wire.workflow.TaskEnd;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The workflows a client can start. */
enum WorkflowKind {
    /** One task, from its creation to its end. */
    SINGLE_DISPATCH(SingleDispatch.TYPE, TaskEnd.class);

    private final String type;
    private final Class<?> result;

    WorkflowKind(String type, Class<?> result) {
        this.type = type;
        this.result = result;
    }

    static Optional<WorkflowKind> of(String type) {
        return Arrays.stream(values()).filter(kind -> kind.type.equals(type)).findFirst();
    }

    static List<String> types() {
        return Arrays.stream(values()).map(WorkflowKind::type).toList();
    }

    /** Its name for clients and for Temporal. */
    String type() {
        return type;
    }

    /** What it ends with. */
    Class<?> result() {
        return result;
    }
}
