package dev.kohakku.controller.web;

/** Ends a request with a problem document. Rolls a surrounding transaction back. */
public final class ProblemException extends RuntimeException {

    private final transient Problem problem;

    /** What {@link Problem#exception()} makes. */
    public ProblemException(Problem problem) {
        // why no stack trace: it is an answer, not a defect.
        super(
                problem.status() + " " + problem.type() + ": " + problem.detail(),
                null,
                false,
                false);
        this.problem = problem;
    }

    /** The answer. */
    public Problem problem() {
        return problem;
    }
}
