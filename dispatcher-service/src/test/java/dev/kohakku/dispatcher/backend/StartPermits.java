package dev.kohakku.dispatcher.backend;

/** Answers to a backend's last question before a start. */
public final class StartPermits {

    public static final StartPermit YES = () -> true;
    public static final StartPermit NO = () -> false;

    /** As if the process stopped right here, between making and starting. */
    public static final StartPermit STOPPED =
            () -> {
                throw new InterruptedException("stopped between making and starting");
            };

    private StartPermits() {}
}
