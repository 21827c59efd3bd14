package dev.plinth.testbed.cli;

import picocli.CommandLine.Option;

/** Which cluster is meant. */
final class ClusterName {
    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Name of the cluster; default: ${DEFAULT-VALUE}.",
            defaultValue = "plinth")
    String value = "plinth";
}
