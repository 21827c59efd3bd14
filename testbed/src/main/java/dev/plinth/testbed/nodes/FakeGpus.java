package dev.plinth.testbed.nodes;

/** GPUs that a real node only claims to have: an extended resource that scheduler and kubelet honour. */
final class FakeGpus {
    static final String RESOURCE = "nvidia.com/gpu";

    private FakeGpus() {}
}
