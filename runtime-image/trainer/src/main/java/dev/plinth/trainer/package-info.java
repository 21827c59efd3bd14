/**
 * The bundled data-parallel trainer: one process per rank, Llama-architecture models, any text. Read
 * {@link dev.plinth.trainer.TrainerMain} (how a process begins and ends), then {@link dev.plinth.trainer.Trainer} (how a
 * rank lives: form, resume, train, and again after a loss).
 */
@NullMarked
package dev.plinth.trainer;

import org.jspecify.annotations.NullMarked;
