package dev.kohakku.dispatcher.intake;

/** Whether work is taken now. */
@FunctionalInterface
interface IntakeGate {

    /** Answers at once, from what is known. */
    boolean isOpen();
}
