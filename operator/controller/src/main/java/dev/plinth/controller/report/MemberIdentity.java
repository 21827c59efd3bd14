package dev.plinth.controller.report;

import dev.plinth.controller.cluster.GangKey;

/** The pod that a token is bound to, as the API server vouches for it. */
record MemberIdentity(String namespace, String pod, String podUid) {

    /** Whether this is the pod of that member: the name of a member's pod says gang, index and incarnation. */
    boolean is(GangKey gang, int index, int incarnation) {
        return namespace.equals(gang.namespace()) && pod.equals(gang.name() + "-" + index + "-" + incarnation);
    }
}
