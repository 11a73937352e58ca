package dev.kohakku.common.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LoopDrillTest {

    @Test
    void aLoopThatWorksAndOneThatFailsStandIt() throws Exception {
        LoopDrill.drill(loop("works", () -> false));
        LoopDrill.drill(
                loop(
                        "fails",
                        () -> {
                            throw new IOException("away");
                        }));
    }

    @Test
    void aThreadThatLivesIsSeen() throws Exception {
        var end = new CountDownLatch(1);
        var loop =
                loop(
                        "lives",
                        () -> {
                            end.await();
                            return false;
                        });
        assertThat(LoopDrill.isAlive(loop)).isFalse();
        loop.start();
        assertThat(LoopDrill.isAlive(loop)).isTrue();

        end.countDown();
        loop.close();

        assertThat(LoopDrill.isAlive(loop)).isFalse();
    }

    private static BackgroundLoop loop(String name, BackgroundLoop.Step step) {
        return new BackgroundLoop(name, Rhythm.every(Duration.ofMillis(1)), step);
    }
}
