package dev.kohakku.controller.dispatch;

import dev.kohakku.common.brief.BriefRef;

/** An attempt with everything it needs to go on its queue. */
record Ready(Taken taken, Destination destination, BriefRef brief) {

    String queue() {
        return destination.queue();
    }
}
