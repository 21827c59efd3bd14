package dev.plinth.controller.kubernetes;

import java.util.ArrayList;
import java.util.List;

/** Whether this operator leads. It leads until its process ends: losing the lease ends the process. */
public final class Leadership {
    private final List<Runnable> listeners = new ArrayList<>();
    private volatile boolean leading;

    public boolean leading() {
        return leading;
    }

    /** Runs {@code then} when this operator leads; at once if it does already. */
    public synchronized void whenLeading(Runnable then) {
        if (leading) {
            then.run();
        } else {
            listeners.add(then);
        }
    }

    /** This operator leads from now on. */
    public synchronized void begin() {
        if (!leading) {
            leading = true;
            listeners.forEach(Runnable::run);
        }
    }
}
