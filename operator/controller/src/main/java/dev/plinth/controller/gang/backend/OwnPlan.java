package dev.plinth.controller.gang.backend;

/** Plinth's own plan, given to kube-scheduler as the node affinity of each pod. */
record OwnPlan() implements BackEnd {
    @Override
    public String name() {
        return "Plinth";
    }
}
