package dev.plinth.testbed.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "status", description = "Show components, nodes, GPUs and images.", mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private final ClusterName name = new ClusterName();

    @Override
    public Integer call() {
        System.out.println(Background.attach(name.value).status());
        return 0;
    }
}
