package dev.plinth.testbed;

/** A failure told in one line that says what to do; the command line prints the line alone. */
public final class TestbedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String line;

    public TestbedException(String line) {
        super(line);
        this.line = line;
    }

    public TestbedException(String line, Throwable cause) {
        super(line, cause);
        this.line = line;
    }

    /** What to tell a person. */
    public String line() {
        return line;
    }
}
