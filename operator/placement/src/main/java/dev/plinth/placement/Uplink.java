package dev.plinth.placement;

/**
 * What joins a domain to its siblings, for example a rack to the other racks of its block.
 *
 * @param bytesPerSecond one way, per accelerator inside the domain, before oversubscription: 50e9 for a 400 Gb/s NIC each
 * @param oversubscription how many times more the accelerators inside could send than the uplink carries; 1 for a full fabric
 */
public record Uplink(double bytesPerSecond, double oversubscription) {
    /** Where nobody said anything: one 400 Gb/s NIC per accelerator, full bisection. */
    public static final Uplink DEFAULT = new Uplink(50e9, 1);

    /** Bytes per second and accelerator that are left when all accelerators of the domain send at once. */
    public double guaranteed() {
        return bytesPerSecond / oversubscription;
    }

    boolean isUsable() {
        return bytesPerSecond > 0
                && oversubscription >= 1
                && Double.isFinite(bytesPerSecond)
                && Double.isFinite(oversubscription)
                && guaranteed() >= 1;
    }
}
