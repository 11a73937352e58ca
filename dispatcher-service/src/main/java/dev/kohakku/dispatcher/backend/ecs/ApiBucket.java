package dev.kohakku.dispatcher.backend.ecs;

/**
 * Quotas of AWS, each shared by several actions of an account in a region.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html">Request
 *     throttling for the Amazon ECS API</a>
 * @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/throttling.html">AWS
 *     Fargate throttling quotas</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html">CloudWatch
 *     Logs quotas</a>
 */
enum ApiBucket {
    /** DescribeClusters. */
    CLUSTER_READ(50, 20),
    /** RegisterTaskDefinition. */
    DEFINITION_MODIFY(20, 1),
    /** DescribeTaskDefinition. */
    DEFINITION_READ(50, 20),
    /** RunTask, StopTask. */
    TASK_MODIFY(100, 40),
    /** DescribeTasks, ListTasks. */
    TASK_READ(100, 20),
    /** TagResource. */
    TAG_MODIFY(20, 10),
    /** What RunTask launches on Fargate, besides its own quota. */
    FARGATE_LAUNCH(100, 20),
    /** GetLogEvents of CloudWatch: the least of what the regions have. */
    LOG_READ(10, 10);

    private final int burst;
    private final int perSecond;

    ApiBucket(int burst, int perSecond) {
        this.burst = burst;
        this.perSecond = perSecond;
    }

    /** How many calls a full bucket holds. */
    int burst() {
        return burst;
    }

    /** How many calls come back each second. */
    int perSecond() {
        return perSecond;
    }
}
