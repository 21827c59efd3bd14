package dev.plinth.engine.scheduling;

/**
 * Who wants a sequence computed, and how urgently.
 *
 * @param tenant tenants of one priority get equal shares of the engine; empty for requests that name none
 * @param salt sequences share keys and values of equal beginnings only under the same salt
 * @param priority larger goes first
 * @param deadline when nobody waits for it any more, on the caller's clock; {@link Long#MAX_VALUE} = never
 */
public record Claim(String tenant, String salt, int priority, long deadline) {
    /** Nobody special, at no special time. */
    public static final Claim NONE = new Claim("", "", 0, Long.MAX_VALUE);

    /** The same, sharing nothing with those that have no such mark. */
    public Claim apart(String mark) {
        return new Claim(tenant, mark + " " + salt, priority, deadline);
    }
}
