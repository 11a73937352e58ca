package dev.kohakku.dispatcher.report;

import dev.kohakku.common.loop.BackgroundLoop;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Has the Controller say that a heartbeat's answer has something new; by {@code X-API-Key}. */
@RestController
class HeartbeatApi {

    private final Registration registration;
    private final BackgroundLoop loop;

    HeartbeatApi(Registration registration, @Qualifier("registrationLoop") BackgroundLoop loop) {
        this.registration = registration;
        this.loop = loop;
    }

    /** Returns at once, the heartbeat follows. Idempotent. */
    @PostMapping({"/heartbeat", "/heartbeat/"})
    @ResponseStatus(HttpStatus.ACCEPTED)
    void heartbeat() {
        registration.heartbeatWanted();
        loop.wake();
    }
}
