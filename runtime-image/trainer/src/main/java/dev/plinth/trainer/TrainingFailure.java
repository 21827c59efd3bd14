package dev.plinth.trainer;

/** Training cannot go on; the message says what to do about it. */
public final class TrainingFailure extends Exception {
    /** Why a trainer's process ended. */
    public enum Exit {
        /** The last step is done, or another incarnation took this member's place. */
        DONE(0),
        /** The configuration or the environment is wrong; trying again does not help. */
        CONFIGURATION(2),
        /** The text or tokenizer cannot be read, or is too short. */
        DATA(3),
        /** The checkpoint volume is full, read-only or not shared by all members. */
        CHECKPOINT(4),
        /** The loss is no longer a number. */
        DIVERGED(5),
        /** An error in the trainer. */
        INTERNAL(70),
        /** Asked to end (SIGTERM) before the last step; what was trained is saved. */
        TERMINATED(143);

        private final int code;

        Exit(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    private final Exit exit;
    private final String advice;

    public TrainingFailure(Exit exit, String message) {
        super(message);
        this.exit = exit;
        this.advice = message;
    }

    public TrainingFailure(Exit exit, String message, Throwable cause) {
        super(message, cause);
        this.exit = exit;
        this.advice = message;
    }

    /** What is wrong and what to do about it. */
    public String advice() {
        return advice;
    }

    public Exit exit() {
        return exit;
    }
}
