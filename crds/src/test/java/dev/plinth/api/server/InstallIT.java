package dev.plinth.api.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plinth.api.generate.Repository;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user applies: the manifest of the installation, the samples, and what the documentation shows. */
@ExtendWith(ApiServer.Extension.class)
class InstallIT {
    private static final String MANIFEST =
            Repository.ROOT.resolve("charts/install.yaml").toString();
    private static final String NAMESPACE = "plinth-system";
    private static final String OPERATOR = "plinth-operator";
    private static final Pattern WHOLE_MANIFEST = Pattern.compile("(?ms)^```yaml\n(apiVersion:.*?)^```");

    @BeforeAll
    static void install(ApiServer server) {
        server.kubectl("apply", "-f", MANIFEST);
    }

    static Stream<Path> samples() throws IOException {
        try (var files = Files.list(Repository.ROOT.resolve("samples"))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    static Stream<Arguments> manifestsInDocs() throws IOException {
        var manifests = new ArrayList<Arguments>();
        try (var pages = Files.walk(Repository.ROOT.resolve("docs"))) {
            for (var page : pages.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList()) {
                WHOLE_MANIFEST
                        .matcher(Files.readString(page))
                        .results()
                        .map(block -> Arguments.of(page.getFileName().toString(), block.group(1)))
                        .forEach(manifests::add);
            }
        }
        return manifests.stream();
    }

    @Test
    void a_second_apply_changes_nothing(ApiServer server) {
        var budget = server.client()
                .policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(NAMESPACE)
                .withName(OPERATOR);
        var before = budget.get().getMetadata().getGeneration();

        var changed = server.kubectl("apply", "-f", MANIFEST).lines().filter(line -> !line.endsWith(" unchanged"));

        // kubectl sends the selector of a budget each time (its patch strategy is replace), and says so.
        assertThat(changed).isSubsetOf("poddisruptionbudget.policy/plinth-operator configured");
        assertThat(budget.get().getMetadata().getGeneration()).isEqualTo(before);
    }

    @Test
    void server_side_apply_works_as_well(ApiServer server) {
        assertThat(server.kubectl("apply", "--server-side", "--force-conflicts", "-f", MANIFEST)
                        .lines())
                .allMatch(line -> line.endsWith(" serverside-applied"));
    }

    /** The namespace enforces the restricted Pod Security Standard. */
    @Test
    void the_operator_runs_under_the_restricted_standard(ApiServer server) {
        var pods = server.client().pods().inNamespace(NAMESPACE).withLabel("app.kubernetes.io/name", OPERATOR);

        await("the pod of the operator is admitted")
                .atMost(Duration.ofSeconds(60))
                .until(() -> !pods.list().getItems().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "'',            pods,                   create, default,         true",
        "'',            pods,                   delete, default,         true",
        "'',            services,               patch,  default,         true",
        "'',            nodes,                  watch,  '',              true",
        "'',            persistentvolumeclaims, get,    default,         true",
        "'',            events,                 create, default,         true",
        "plinth.dev,    gangs,                  patch,  default,         true",
        "plinth.dev,    trainingjobs/status,    patch,  default,         true",
        "plinth.dev,    models,                 patch,  default,         true",
        "authentication.k8s.io, tokenreviews,   create, '',              true",
        "coordination.k8s.io, leases,           update, plinth-system,   true",
        "coordination.k8s.io, leases,           watch,  kube-node-lease, true",
        "discovery.k8s.io, endpointslices,      patch,  plinth-system,   true",
        "'',            secrets,                get,    default,         false",
        "'',            secrets,                list,   plinth-system,   false",
        "'',            configmaps,             get,    default,         false",
        "'',            pods/exec,              create, default,         false",
        "'',            pods/log,               get,    default,         false",
        "'',            serviceaccounts/token,  create, default,         false",
        "'',            nodes,                  patch,  '',              false",
        "'',            persistentvolumeclaims, delete, default,         false",
        "plinth.dev,    trainingjobs,           patch,  default,         false",
        "plinth.dev,    modelservices/scale,    update, default,         false",
        "coordination.k8s.io, leases,           update, kube-node-lease, false",
        "coordination.k8s.io, leases,           update, default,         false",
        "discovery.k8s.io, endpointslices,      patch,  default,         false",
        "rbac.authorization.k8s.io, clusterroles, create, '',            false",
    })
    void the_operator_may_do_what_it_needs_and_no_more(
            String group, String resource, String verb, String namespace, boolean allowed, ApiServer server) {
        var slash = resource.indexOf('/');
        var review = new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser("system:serviceaccount:%s:%s".formatted(NAMESPACE, OPERATOR))
                .withNewResourceAttributes()
                .withGroup(group)
                .withResource(slash < 0 ? resource : resource.substring(0, slash))
                .withSubresource(slash < 0 ? "" : resource.substring(slash + 1))
                .withVerb(verb)
                .withNamespace(namespace)
                .endResourceAttributes()
                .endSpec()
                .build();

        assertThat(server.client().resource(review).create().getStatus().getAllowed())
                .as("%s %s in '%s'", verb, resource, namespace)
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @MethodSource("manifestsInDocs")
    void a_manifest_that_the_documentation_shows_is_admitted(
            String page, String manifest, @TempDir Path folder, ApiServer server) throws IOException {
        var file = Files.writeString(folder.resolve("manifest.yaml"), manifest);

        assertThat(server.kubectl("apply", "--dry-run=server", "-n", "default", "-f", file.toString()))
                .as(page)
                .contains("(server dry run)");
    }

    @ParameterizedTest
    @MethodSource("samples")
    void a_sample_is_admitted_as_it_is(Path sample, ApiServer server) {
        assertThat(server.kubectl("apply", "--dry-run=server", "-n", "default", "-f", sample.toString()))
                .contains("(server dry run)");
    }
}
