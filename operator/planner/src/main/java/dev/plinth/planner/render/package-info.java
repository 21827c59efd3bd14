/**
 * Writes a layout as the options that a framework reads. Names are those of released versions: Megatron-LM core 0.19, DeepSpeed 0.19,
 * torchtitan 0.3, JAX 0.10; the tests compare them with lists that {@code testbed/scripts/option-names.py} makes of their sources.
 */
@NullMarked
package dev.plinth.planner.render;

import org.jspecify.annotations.NullMarked;
