package dev.plinth.recovery;

/** How much of a gang has to be replaced when members are lost; a property of the framework inside. */
public enum RestartScope {
    /** Only the lost members: the others wait and form again (bundled trainer, serving). */
    MEMBER,
    /** All members: a process group cannot take a newcomer (torchrun with static rendezvous, JAX). */
    GANG,
    /** Only the lost members, but all if member 0 is among them, for it hosts the rendezvous (torchrun elastic). */
    GANG_IF_FIRST
}
