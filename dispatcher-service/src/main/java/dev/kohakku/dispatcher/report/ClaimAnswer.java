package dev.kohakku.dispatcher.report;

import dev.kohakku.common.wire.Claimed;
import java.net.URI;

/** What the Controller says to a claim. */
public sealed interface ClaimAnswer {

    /** This dispatcher is the owner. */
    record Granted(Claimed claimed) implements ClaimAnswer {}

    /**
     * It is not, and will not become it by asking again.
     *
     * @param reason one of the problem types of {@code AttemptReports.claim}
     */
    record Refused(URI reason) implements ClaimAnswer {}
}
