package dev.kohakku.common.start;

/** The start is refused. The message is for whoever started the service. */
public class StartRefusedException extends RuntimeException {

    private final String cure;

    /**
     * @param message what is wrong: one sentence that names the value seen
     * @param cure what to do about it: one sentence
     */
    public StartRefusedException(String message, String cure) {
        super(message);
        this.cure = cure;
    }

    /** What to do about it. */
    public String cure() {
        return cure;
    }
}
