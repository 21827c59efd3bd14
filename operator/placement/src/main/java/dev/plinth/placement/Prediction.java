package dev.plinth.placement;

/**
 * What a placement means for the network.
 *
 * @param seconds communication time of a step with the bandwidth that is guaranteed
 * @param flatSeconds likewise, if all members were on one network without oversubscription
 * @param boundSeconds no placement of this gang on this cluster can take less
 * @param uplinkSeconds how long the gang keeps the busiest uplink above the hosts busy in each step
 * @param busiest path of the domain behind that uplink; empty if nothing crosses one
 * @param searched whether every placement was tried or ruled out, so that there is none better
 */
public record Prediction(
        double seconds,
        double flatSeconds,
        double boundSeconds,
        double uplinkSeconds,
        String busiest,
        boolean searched) {
    /** Of a gang that nobody knows the traffic of. */
    static final Prediction NOTHING = new Prediction(0, 0, 0, 0, "", true);

    /** Seconds of each step that the network costs against one flat domain. */
    public double lostSeconds() {
        return Math.max(0, seconds - flatSeconds);
    }

    /** How far the placement can be from the best one at most, as a share of the time; 0 if it is proven best. */
    public double gap() {
        return seconds <= boundSeconds || searched ? 0 : (seconds - boundSeconds) / boundSeconds;
    }
}
