package dev.kohakku.controller.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimedRequestTest {

    private boolean answered;
    private final TimedRequest request = new TimedRequest("GET /a", "1", () -> answered);

    @AfterEach
    void clean() {
        Thread.interrupted();
    }

    @Test
    void aRequestInTimeIsLeftAlone() {
        assertThat(request.stopAfter(Long.MAX_VALUE)).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void aLateOneIsInterruptedOnceAndItsEndTakesTheInterruptBack() {
        assertThat(request.stopAfter(0)).isTrue();
        assertThat(request.stopAfter(0)).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();

        request.end();

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void whatHasEndedIsNeverInterruptedNorItsConnectionCut() {
        request.end();

        assertThat(request.stopAfter(0)).isFalse();
        assertThat(request.isToBeCut(0)).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void aConnectionIsCutOnceWhereTheAnswerHasBegunOrTheInterruptDidNotHelp() {
        assertThat(request.isToBeCut(0)).as("not stopped").isFalse();
        request.stopAfter(0);
        assertThat(request.isToBeCut(Long.MAX_VALUE)).isFalse();
        answered = true;
        assertThat(request.isToBeCut(Long.MAX_VALUE)).isTrue();
        assertThat(request.isToBeCut(Long.MAX_VALUE)).isFalse();

        var ignored = new TimedRequest("GET /b", "2", () -> false);
        ignored.stopAfter(0);
        assertThat(ignored.isToBeCut(0)).isTrue();
    }
}
