package dev.plinth.planner.layout;

/** The training software, as far as memory and time depend on it. */
public enum Framework {
    /** Megatron-LM and Megatron-DeepSpeed up to 2022: attention in several kernels, gradients reduced after the last micro-batch. */
    MEGATRON_CLASSIC("Megatron-LM of 2022", false, false, new StateBytes(2, 4, 12), 10),
    /** Megatron-Core: fused attention and losses, communication behind computation. */
    MEGATRON("Megatron-LM", true, true, new StateBytes(2, 4, 12), 10),
    /** DeepSpeed with ZeRO (1910.02054): gradients in the precision of the weights. */
    DEEPSPEED("DeepSpeed", true, true, new StateBytes(2, 2, 12), 10),
    /** PyTorch FSDP, uncompiled: fp32 shards, gathered in the precision of the multiplications. */
    FSDP("FSDP", true, true, new StateBytes(4, 4, 8), 14),
    /** FSDP2 with tensor, context and pipeline parallelism, compiled. */
    TORCHTITAN("torchtitan", true, true, new StateBytes(4, 4, 8), 12),
    /** JAX with a sharded mesh: as FSDP, scheduled by the compiler. */
    JAX("JAX", true, true, new StateBytes(4, 4, 8), 12);

    /** Bytes that one parameter needs for its weight, its gradient and the state of Adam. */
    public record StateBytes(int weight, int gradient, int optimizer) {}

    private final String title;
    private final boolean fusedAttention;
    private final boolean overlaps;

    @SuppressWarnings("ImmutableEnumChecker") // a record of numbers cannot change
    private final StateBytes state;

    private final int logitBytes;

    Framework(String title, boolean fusedAttention, boolean overlaps, StateBytes state, int logitBytes) {
        this.title = title;
        this.fusedAttention = fusedAttention;
        this.overlaps = overlaps;
        this.state = state;
        this.logitBytes = logitBytes;
    }

    /** Attention never writes its scores to memory (2205.14135). */
    public boolean fusedAttention() {
        return fusedAttention;
    }

    /** Communication of gradients and weights runs behind computation. */
    public boolean overlaps() {
        return overlaps;
    }

    public StateBytes state() {
        return state;
    }

    /** Shards of fp32 weights, gathered layer by layer. */
    public boolean gathersShards() {
        return this == FSDP || this == TORCHTITAN || this == JAX;
    }

    /** Bytes of one logit at the peak of the loss: itself, its copy in fp32, the probabilities, their gradients. */
    public int logitBytes() {
        return logitBytes;
    }

    @Override
    public String toString() {
        return title;
    }
}
