package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.GangSpec.Contract;
import dev.plinth.controller.contract.Framework;
import dev.plinth.recovery.RestartScope;

/** What the framework inside a gang means for it. */
final class Frameworks {
    private Frameworks() {}

    /** Whose names the environment of a member is written in. */
    static Framework of(Contract contract) {
        int processes = contract.processesPerMember();
        return switch (contract.framework()) {
            case Bundled -> new Framework.Bundled();
            case TorchStatic -> new Framework.TorchStatic(processes);
            case TorchElastic -> new Framework.TorchElastic(processes);
            case Jax -> new Framework.Jax(processes);
            case Serving -> new Framework.Serving();
            case None -> new Framework.None();
        };
    }

    /** How much of the gang is replaced when a member is lost. */
    static RestartScope scope(Contract contract) {
        return switch (contract.framework()) {
            case Bundled, Serving -> RestartScope.MEMBER;
            case TorchElastic -> RestartScope.GANG_IF_FIRST;
            case TorchStatic, Jax, None -> RestartScope.GANG;
        };
    }
}
