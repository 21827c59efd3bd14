/**
 * Writes a layout as the options that a framework reads. Names are the frameworks' own, as of August 2026: Megatron-LM d98e8a6,
 * DeepSpeed edaa722, torchtitan b5bcd76.
 */
@NullMarked
package dev.plinth.planner.render;

import org.jspecify.annotations.NullMarked;
