/** What a member tells the operator, and what it learns from the answers: the generation and where its peers are. */
@NullMarked
package dev.plinth.trainer.report;

import org.jspecify.annotations.NullMarked;
