package dev.kohakku.dispatcher.backend;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A backend that runs real images: its programs are a busybox's. */
public interface BusyboxUnderTest extends BackendUnderTest {

    @Override
    default Program exits(int code) {
        return Program.shell("exit " + code);
    }

    @Override
    default Program runs(Duration time) {
        return Program.shell("sleep " + time.toMillis() / 1000.0);
    }

    /** As the container's first process, only a handler makes TERM end it. */
    @Override
    default Program sleeps() {
        return Program.shell("trap 'exit 0' TERM; while :; do sleep 0.1; done");
    }

    @Override
    default Program ignoresTerm() {
        return Program.shell("trap '' TERM; while :; do sleep 0.1; done");
    }

    @Override
    default Program isKilled() {
        return Program.shell("sh -c 'kill -9 $$'; exit $?");
    }

    @Override
    default Program exceedsMemory() {
        return Program.shell("tail /dev/zero");
    }

    @Override
    default Program missing() {
        return new Program(List.of("no-such-program"), Map.of());
    }

    @Override
    default Program prints(int lines) {
        return Program.shell(
                "i=1; while [ $i -le %d ]; do echo line $i; i=$((i+1)); done; printf end"
                        .formatted(lines));
    }

    @Override
    default Program printsSlowly() {
        return Program.shell("echo first; sleep 1; echo to stderr >&2; echo second");
    }
}
