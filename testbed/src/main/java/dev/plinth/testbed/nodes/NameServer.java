package dev.plinth.testbed.nodes;

import dev.plinth.testbed.StateFolder;
import dev.plinth.testbed.controlplane.ControlPlane;
import dev.plinth.testbed.parts.Part;
import dev.plinth.testbed.parts.Parts;
import dev.plinth.testbed.process.Component;
import dev.plinth.testbed.process.Walls;
import java.util.List;
import java.util.Map;

/** CoreDNS beside the control plane, which knows the names of Services and pods, and that there are no others. */
public final class NameServer {
    private NameServer() {}

    /** Starts it. */
    public static Component start(StateFolder state, Parts parts, Walls walls, ControlPlane controlPlane) {
        // No cache: a gang that re-forms must not be told old addresses. The zone "." holds nothing, so that a name
        // outside
        // the cluster does not exist; it would be an error otherwise, after which resolvers ask again.
        var settings = state.write("Corefile", """
                .:53 {
                    errors
                    kubernetes cluster.local in-addr.arpa . {
                        kubeconfig %s
                        pods insecure
                        ttl 1
                    }
                }
                """.formatted(controlPlane.adminKubeconfigInside()));
        return walls.start(
                Part.COREDNS.program(),
                state.file("logs/coredns.log"),
                Map.of(),
                List.of(parts.program(Part.COREDNS), "-conf", settings.toString()));
    }
}
