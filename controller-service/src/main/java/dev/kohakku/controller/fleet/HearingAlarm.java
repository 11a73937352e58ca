package dev.kohakku.controller.fleet;

import dev.kohakku.common.telemetry.Metrics;
import dev.kohakku.controller.health.Dependency;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Says when dispatchers are silent together: in the log once as it begins and ends, as a metric,
 * and in {@code /ready/}. Thread-safe.
 */
@Component
@Order(10)
class HearingAlarm implements Dependency {

    private static final Logger LOG = LoggerFactory.getLogger(HearingAlarm.class);

    private final ApiPresence presence;
    private final AddressStore store;
    private volatile AddressStore.Hearing latest = new AddressStore.Hearing(0, 0, 0);

    HearingAlarm(ApiPresence presence, AddressStore store, MeterRegistry meters) {
        this.presence = presence;
        this.store = store;
        Gauge.builder(
                        Metrics.DISPATCHERS_CUT_OFF,
                        this,
                        alarm -> alarm.latest.isCut() ? alarm.latest.silent() : 0)
                .description(
                        "dispatchers that are silent together: the way to the Controllers is to"
                                + " blame")
                .register(meters);
    }

    /** Looks at the fleet. Not to be called by two threads at once. */
    void look() {
        var now = store.hearing(presence.lasts());
        if (now.isCut() && !latest.isCut()) {
            LOG.warn("{}", words(now));
        } else if (!now.isCut() && latest.isCut()) {
            LOG.info(
                    "dispatchers are heard again: {} of {}",
                    now.heard(),
                    now.heard() + now.silent());
        }
        latest = now;
    }

    @Override
    public String name() {
        return "dispatchers";
    }

    @Override
    public Optional<String> obstacle() {
        var seen = latest;
        return seen.isCut() ? Optional.of(words(seen)) : Optional.empty();
    }

    private static String words(AddressStore.Hearing hearing) {
        return "%d of %d dispatchers fell silent, %d of them answer at their own address: look at the way from the dispatchers to the Controllers (balancer, network, certificate); their attempts are kept"
                .formatted(
                        hearing.silent(), hearing.heard() + hearing.silent(), hearing.answering());
    }
}
