package dev.plinth.testbed.cli;

import dev.plinth.testbed.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "node", description = "Lose a real node, or bring it back.", mixinStandardHelpOptions = true)
final class NodeCommand {
    @Command(
            name = "kill",
            description = "Cut a node's traffic, then kill all that runs on it.",
            mixinStandardHelpOptions = true)
    int kill(
            @Mixin ClusterName name,
            @Parameters(paramLabel = "NODE", description = "A real node, as status names it.") String node) {
        Background.attach(name.value).killNode(node);
        System.out.println(
                "%s is off; the control plane notices when its lease is over. It comes back with: testbed/plinth-testbed node start %s --name %s"
                        .formatted(node, node, name.value));
        return 0;
    }

    @Command(
            name = "start",
            description = "Switch a killed node on again, with the images it had and those it missed.",
            mixinStandardHelpOptions = true)
    int start(
            @Mixin ClusterName name,
            @Parameters(paramLabel = "NODE", description = "A real node, as status names it.") String node) {
        Background.attach(name.value).startNode(node, Progress.to(System.out, System.console() != null));
        System.out.println("%s is on and will be Ready in a moment".formatted(node));
        return 0;
    }
}
