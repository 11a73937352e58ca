package dev.kohakku.controller.dispatch;

import dev.kohakku.common.brief.BriefRef;

/** An attempt with everything it needs to go on its queue. */
record Ready(Taken taken, String queue, BriefRef brief) {}
