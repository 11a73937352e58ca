package dev.kohakku.dispatcher.backend;

/**
 * What a backend can do beyond the contract. What is false is refused with a clear message when a
 * task asks for it.
 *
 * @param adoptable another dispatcher in the same scope can take containers over
 * @param ports containers can offer ports
 * @param resources CPU and memory limits are enforced
 * @param images containers are made from images that a puller of ours brings first
 * @param logs the containers' output can be read
 * @param remembersRuns what has run is found after others have removed it, or its start is refused.
 *     Where it is not so, each start is recorded at the Controller first
 */
public record Capabilities(
        boolean adoptable,
        boolean ports,
        boolean resources,
        boolean images,
        boolean logs,
        boolean remembersRuns) {}
