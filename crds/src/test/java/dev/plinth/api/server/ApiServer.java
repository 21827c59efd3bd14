package dev.plinth.api.server;

import dev.plinth.api.generate.Crds;
import dev.plinth.api.generate.Yaml;
import dev.plinth.testbed.LocalCluster;
import dev.plinth.testbed.Progress;
import dev.plinth.testbed.parts.Part;
import dev.plinth.testbed.parts.Parts;
import dev.plinth.testbed.process.Commands;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** A real control plane that serves our definitions, one for all tests of the JVM. */
final class ApiServer implements AutoCloseable {
    private final LocalCluster cluster = LocalCluster.controlPlane();
    private final Path kubectl =
            Parts.resolve(EnumSet.of(Part.KUBECTL), Progress.silent()).path(Part.KUBECTL);

    private ApiServer() {
        try {
            Crds.all()
                    .forEach(crd -> serve(client().getKubernetesSerialization()
                            .unmarshal(Yaml.write(crd), CustomResourceDefinition.class)));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    KubernetesClient client() {
        return cluster.client();
    }

    /** Installs or replaces a definition and returns when the server has taken it up. */
    void serve(CustomResourceDefinition crd) {
        client().resource(crd).forceConflicts().serverSideApply();
        client().resource(crd).waitUntilCondition(ApiServer::established, 30, TimeUnit.SECONDS);
    }

    private static boolean established(@Nullable CustomResourceDefinition crd) {
        return crd != null
                && crd.getStatus() != null
                && crd.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True"));
    }

    /** Runs kubectl as administrator and returns what it prints. */
    String kubectl(String... arguments) {
        var command = new ArrayList<>(
                List.of(kubectl.toString(), "--kubeconfig", cluster.kubeconfig().toString()));
        command.addAll(List.of(arguments));
        return Commands.run(command);
    }

    @Override
    public void close() {
        cluster.close();
    }

    /** Starts the server before the first test that needs it, and gives it to each. */
    static final class Extension implements BeforeAllCallback, ParameterResolver {
        @Override
        public void beforeAll(ExtensionContext context) {
            server(context);
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == ApiServer.class;
        }

        @Override
        public ApiServer resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return server(context);
        }

        private static ApiServer server(ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .computeIfAbsent(ApiServer.class, _ -> new ApiServer(), ApiServer.class);
        }
    }
}
