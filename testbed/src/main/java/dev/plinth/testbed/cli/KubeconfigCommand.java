package dev.plinth.testbed.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "kubeconfig", description = "Print the path of the kubeconfig.", mixinStandardHelpOptions = true)
final class KubeconfigCommand implements Callable<Integer> {
    @Mixin
    private final ClusterName name = new ClusterName();

    @Override
    public Integer call() {
        System.out.println(Background.attach(name.value).kubeconfig());
        return 0;
    }
}
