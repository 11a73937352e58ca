package dev.kohakku.controller.web;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The places of one kind of requests. Thread-safe, never blocks. */
final class PlaceCounter {

    /** Whether a request got a place. */
    enum Answer {
        TAKEN,
        /** All places are taken. */
        FULL,
        /** The peer has its part. */
        PEER_FULL
    }

    private final int places;
    private final int ofPeer;
    private final AtomicInteger used = new AtomicInteger();
    private final ConcurrentHashMap<String, Integer> peers = new ConcurrentHashMap<>();

    /**
     * @param ofPeer how many of the places one peer may have
     */
    PlaceCounter(int places, int ofPeer) {
        this.places = places;
        this.ofPeer = ofPeer;
    }

    /** Takes a place, to be given back with the same peer if the answer is {@code TAKEN}. */
    Answer take(String peer) {
        if (used.incrementAndGet() > places) {
            used.decrementAndGet();
            return Answer.FULL;
        }
        if (peers.merge(peer, 1, Integer::sum) > ofPeer) {
            giveBack(peer);
            return Answer.PEER_FULL;
        }
        return Answer.TAKEN;
    }

    void giveBack(String peer) {
        used.decrementAndGet();
        leave(peer);
    }

    private void leave(String peer) {
        peers.computeIfPresent(peer, (key, count) -> count == 1 ? null : count - 1);
    }

    int used() {
        return used.get();
    }

    int places() {
        return places;
    }

    /** Peers that have a place now. */
    int peers() {
        return peers.size();
    }
}
