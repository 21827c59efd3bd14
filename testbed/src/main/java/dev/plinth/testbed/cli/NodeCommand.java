package dev.plinth.testbed.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "node", description = "Lose a real node, or bring it back.", mixinStandardHelpOptions = true)
final class NodeCommand {
    @Command(
            name = "kill",
            description = "Cut a node's traffic, then kill all that runs on it.",
            mixinStandardHelpOptions = true)
    int kill(@Mixin ClusterName name, @Parameters(paramLabel = "NODE") String node) {
        Background.attach(name.value).killNode(node);
        return 0;
    }

    @Command(name = "start", description = "Switch a killed node on again.", mixinStandardHelpOptions = true)
    int start(@Mixin ClusterName name, @Parameters(paramLabel = "NODE") String node) {
        Background.attach(name.value).startNode(node);
        return 0;
    }
}
