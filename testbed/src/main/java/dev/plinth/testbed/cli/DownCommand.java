package dev.plinth.testbed.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "down", description = "End the cluster and remove all it kept.", mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
    @Mixin
    private final ClusterName name = new ClusterName();

    @Override
    public Integer call() {
        var wasUp = Background.down(name.value);
        System.out.println(
                wasUp
                        ? "Ended the cluster " + name.value
                        : "No cluster named %s was up; %s".formatted(name.value, Background.others()));
        return 0;
    }
}
