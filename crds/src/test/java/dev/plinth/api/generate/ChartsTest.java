package dev.plinth.api.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The charts, rendered by Helm itself. */
class ChartsTest {

    @Test
    void helm_finds_nothing_to_complain_of() {
        assertThat(new Helm(Charts.OPERATOR).lint().strict().call().getMessages())
                .noneMatch(message -> message.contains("[ERROR]") || message.contains("[WARNING]"));
        assertThat(new Helm(Charts.DEFINITIONS).lint().strict().call().getMessages())
                .noneMatch(message -> message.contains("[ERROR]") || message.contains("[WARNING]"));
    }

    @Test
    void definitions_stay_when_the_release_goes_unless_told_otherwise() {
        assertThat(Charts.render(new Helm(Charts.DEFINITIONS).template()).split("helm.sh/resource-policy: keep"))
                .hasSize(Crds.all().size() + 1);
        assertThat(Charts.render(new Helm(Charts.DEFINITIONS).template().set("keep", false)))
                .doesNotContain("helm.sh/resource-policy");
    }

    @Test
    void values_reach_the_operator() {
        var rendered = Charts.render(new Helm(Charts.OPERATOR)
                .template()
                .set("image.repository", "example.com/operator")
                .set("image.tag", "v9")
                .set("runtimeImage", "example.com/runtime:v9")
                .set("cudaRuntimeImage", "example.com/runtime-cuda:v9")
                .set("replicas", 3)
                .set("discoverTopology", false)
                .set("networkPolicy.enabled", true)
                .set("podMonitor.enabled", true)
                .set("priorityClassName", "system-cluster-critical"));

        assertThat(rendered)
                .contains(
                        "image: example.com/operator:v9",
                        "value: example.com/runtime:v9",
                        "value: example.com/runtime-cuda:v9",
                        "replicas: 3",
                        "value: \"false\"",
                        "kind: PodDisruptionBudget",
                        "kind: NetworkPolicy",
                        "kind: PodMonitor",
                        "priorityClassName: system-cluster-critical");
    }

    /** The README changes them with sed. */
    @Test
    void the_manifest_names_each_of_our_images_once() {
        assertThat(Charts.installManifest(Crds.all()))
                .containsOnlyOnce("image: plinth.dev/operator:dev\n")
                .containsOnlyOnce("plinth.dev/operator:dev")
                .containsOnlyOnce("value: plinth.dev/runtime:dev\n")
                .containsOnlyOnce("plinth.dev/runtime:dev");
    }

    @Test
    void two_operators_on_two_nodes_leave_a_lost_node_soon_unless_told_otherwise() {
        assertThat(Charts.render(new Helm(Charts.OPERATOR).template()))
                .contains("replicas: 2", "podAntiAffinity:", "kind: PodDisruptionBudget")
                .containsPattern("node.kubernetes.io/unreachable\\s+operator: Exists\\s+tolerationSeconds: 10")
                .containsPattern("node.kubernetes.io/not-ready\\s+operator: Exists\\s+tolerationSeconds: 10");
        assertThat(Charts.render(new Helm(Charts.OPERATOR).template().set("affinity.nodeAffinity.test", "mine")))
                .contains("test: mine")
                .doesNotContain("podAntiAffinity");
    }

    @ParameterizedTest
    @CsvSource({
        "replicas,many",
        "logLevel,LOUD",
        "image.pullPolicy,Sometimes",
        "runtimImage,typo",
        "podMonitor.interval,often"
    })
    void a_wrong_value_is_refused_by_its_name(String name, String value) {
        var template = new Helm(Charts.OPERATOR).template().set(name, value);

        assertThatThrownBy(() -> Charts.render(template))
                .hasMessageContaining(name.substring(name.lastIndexOf('.') + 1));
    }
}
