package dev.kohakku.controller.dispatch;

/** How those waiting reasons begin that others recognise a cause by. */
public final class WaitingReasons {

    /** The object store does not take the brief now; the words that follow are its own. */
    public static final String STORE_AWAY = "the brief cannot be stored now";

    /** A dispatcher that is sent its attempts does not take any; the words that follow say more. */
    public static final String SENDING_FAILS = "attempts cannot be sent now";

    private WaitingReasons() {}
}
