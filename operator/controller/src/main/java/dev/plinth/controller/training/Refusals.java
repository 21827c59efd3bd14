package dev.plinth.controller.training;

import java.util.Optional;

/**
 * What the API server would not have of a pass, in its words.
 *
 * @param gang why the gang could not be made or changed
 * @param model why the model could not be published
 */
record Refusals(Optional<String> gang, Optional<String> model) {
    static final Refusals NONE = new Refusals(Optional.empty(), Optional.empty());
}
