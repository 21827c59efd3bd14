package dev.plinth.controller.serving;

import dev.plinth.controller.serving.ServingDecision.Action;
import dev.plinth.controller.serving.ServingDecision.Action.ApplyFront;
import dev.plinth.controller.serving.ServingDecision.Action.CreateReplica;
import dev.plinth.controller.serving.ServingDecision.Action.DeleteReplica;

/**
 * Something that the API server would not have.
 *
 * @param front whether it is the Service before the replicas
 * @param message its words, and what to do
 */
record Refused(boolean front, String message) {

    static Refused of(Action action, String why) {
        var what = switch (action) {
            case ApplyFront(var service) -> "Service " + service.getMetadata().getName();
            case CreateReplica(var gang) -> "Gang " + gang.getMetadata().getName();
            case DeleteReplica(var gang) ->
                "the deletion of Gang " + gang.getMetadata().getName();
        };
        return new Refused(
                action instanceof ApplyFront,
                "The API server refuses %s: %s; put that right, and the service goes on by itself."
                        .formatted(what, why));
    }

    String reason() {
        return front ? "ServiceRefused" : "GangRefused";
    }
}
