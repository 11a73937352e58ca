package dev.kohakku.dispatcher.backend.ecs;

import dev.kohakku.common.task.CpuQuantity;
import dev.kohakku.common.task.FailureKind;
import dev.kohakku.common.task.MemoryQuantity;
import dev.kohakku.common.task.Resources;
import dev.kohakku.dispatcher.backend.BackendException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * CPU and memory of a task, in the units of ECS.
 *
 * @param cpu 1024 are one CPU
 * @param memory in MiB
 */
record TaskSize(int cpu, int memory) {

    private static final long UNITS = 1_024;
    private static final long NANOS = 1_000_000_000;
    private static final long MEBIBYTE = 1L << 20;
    private static final int LEAST_CPU = 128;
    private static final int LEAST_MEMORY = 6;

    /**
     * What Fargate offers.
     *
     * @see <a
     *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size">Task
     *     CPU and memory</a>
     */
    private static final List<Offer> FARGATE =
            List.of(
                    new Offer(256, 512, 512, 512),
                    new Offer(256, 1_024, 2_048, 1_024),
                    new Offer(512, 1_024, 4_096, 1_024),
                    new Offer(1_024, 2_048, 8_192, 1_024),
                    new Offer(2_048, 4_096, 16_384, 1_024),
                    new Offer(4_096, 8_192, 30_720, 1_024),
                    new Offer(8_192, 16_384, 61_440, 4_096),
                    new Offer(16_384, 32_768, 122_880, 8_192));

    /** Memory from {@code least} to {@code most} in steps, at one amount of CPU. */
    private record Offer(int cpu, int least, int most, int step) {

        Optional<TaskSize> atLeast(TaskSize wanted) {
            return cpu < wanted.cpu
                    ? Optional.empty()
                    : IntStream.iterate(least, memory -> memory <= most, memory -> memory + step)
                            .filter(memory -> memory >= wanted.memory)
                            .mapToObj(memory -> new TaskSize(cpu, memory))
                            .findFirst();
        }
    }

    /**
     * What a task gets that asks for nothing.
     *
     * @throws IllegalArgumentException when there is no such size; names the keys
     */
    static TaskSize defaults(EcsSettings.Placement placement) {
        try {
            return of(Resources.UNLIMITED, placement);
        } catch (BackendException e) {
            throw new IllegalArgumentException(
                    "kohakku.ecs.placement.cpu and .memory: " + e.getMessage(), e);
        }
    }

    /**
     * The smallest size that gives what is asked for; on Fargate that may be more.
     *
     * @throws BackendException when there is none
     */
    static TaskSize of(Resources resources, EcsSettings.Placement placement) {
        var cpu = resources.cpu() == null ? CpuQuantity.parse(placement.cpu()) : resources.cpu();
        var memory =
                resources.memory() == null
                        ? MemoryQuantity.parse(placement.memory())
                        : resources.memory();
        var wanted =
                new TaskSize(
                        Math.toIntExact(ceil(cpu.nanos() * UNITS, NANOS)),
                        (int) Math.min(Integer.MAX_VALUE, ceil(memory.bytes(), MEBIBYTE)));
        if (!placement.isFargate()) {
            return new TaskSize(
                    Math.max(LEAST_CPU, wanted.cpu), Math.max(LEAST_MEMORY, wanted.memory));
        }
        return FARGATE.stream()
                .flatMap(offer -> offer.atLeast(wanted).stream())
                .findFirst()
                .orElseThrow(() ->
                        BackendException.refused(
                                FailureKind.START_REFUSED,
                                "resources: Fargate has no task of %s CPU with %s memory"
                                        .formatted(cpu, memory),
                                null));
    }

    /** Whether it gives more than is asked for. */
    boolean isMoreThan(Resources resources) {
        return (resources.cpu() != null && cpu * NANOS > resources.cpu().nanos() * UNITS)
                || (resources.memory() != null && memory * MEBIBYTE > resources.memory().bytes());
    }

    private static long ceil(long amount, long unit) {
        return Math.ceilDiv(amount, unit);
    }

    /** For people. */
    @Override
    public String toString() {
        return new CpuQuantity(cpu * NANOS / UNITS / 1_000_000 * 1_000_000)
                + " CPU and "
                + new MemoryQuantity(memory * MEBIBYTE);
    }
}
