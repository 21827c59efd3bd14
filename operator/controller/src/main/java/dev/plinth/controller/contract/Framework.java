package dev.plinth.controller.contract;

/**
 * Who starts the processes of a member and therefore which names it reads its place in the gang from. DeepSpeed and
 * MPI, which read host files, join here as further cases.
 */
public sealed interface Framework {

    /** Plinth's own trainer: one process a member, so its rank is the member index. */
    record Bundled() implements Framework {}

    /** torchrun with a fixed set of nodes: member 0 hosts the store and ranks follow the member index. */
    record TorchStatic(int processesPerMember) implements Framework {}

    /** torchrun with c10d rendezvous: agents meet at member 0 and ranks are agreed there. */
    record TorchElastic(int processesPerMember) implements Framework {}

    /** {@code jax.distributed.initialize()} with the coordinator in member 0. */
    record Jax(int processesPerMember) implements Framework {}

    /** Plinth's own inference server. */
    record Serving() implements Framework {}

    /** A container that reads only the {@code PLINTH_*} names. */
    record None() implements Framework {}
}
