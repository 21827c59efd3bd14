package dev.plinth.tierbench.input;

/**
 * A level of the network, such as the leaf switches.
 *
 * @param bandwidth bytes per second, one way and per accelerator, over the uplink of one of its domains, before oversubscription
 * @param oversubscription how many times more the accelerators behind the uplink could send
 */
public record Level(String name, double bandwidth, double oversubscription) {
    public double guaranteed() {
        return bandwidth / oversubscription;
    }
}
