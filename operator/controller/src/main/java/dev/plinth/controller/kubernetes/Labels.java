package dev.plinth.controller.kubernetes;

/** Labels that Plinth sets on what it creates. */
public final class Labels {
    /** Name of the gang a pod or Service belongs to. */
    public static final String GANG = "plinth.dev/gang";

    /** Index of the member a pod is. */
    public static final String MEMBER_INDEX = "plinth.dev/member-index";

    /** How often the member was replaced before this pod. */
    public static final String INCARNATION = "plinth.dev/incarnation";

    /** Formation of the gang at the moment this pod was made. */
    public static final String GENERATION = "plinth.dev/generation";

    /** Name of what the pod runs: the revision of its gang at the moment it was made. */
    public static final String RUNS = "plinth.dev/runs";

    /** {@link #YES} while peers should find the pod under the name of its member. */
    public static final String IN_SERVICE = "plinth.dev/in-service";

    /** Name of the TrainingJob an object belongs to. */
    public static final String JOB = "plinth.dev/job";

    /** Name of the ModelService an object belongs to. */
    public static final String SERVICE = "plinth.dev/service";

    /** What a replica of a ModelService serves, and how. */
    public static final String REVISION = "plinth.dev/revision";

    public static final String YES = "true";
    public static final String NO = "false";

    private Labels() {}
}
