package dev.plinth.controller.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.ModelServiceSpec.AdapterChanges;
import dev.plinth.api.v1alpha1.ModelServiceSpec.Adapters;
import dev.plinth.api.v1alpha1.ModelServiceSpec.Engine;
import dev.plinth.api.v1alpha1.ModelServiceSpec.Precision;
import dev.plinth.api.v1alpha1.ModelServiceSpec.Speculation;
import dev.plinth.api.v1alpha1.ModelServiceSpec.Tracing;
import dev.plinth.controller.contract.Member.GangFacts;
import dev.plinth.controller.contract.SharedEnvironment.ServedModel;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each framework's environment is compared with a file, because users' containers depend on every line of it. */
class MemberEnvironmentTest {

    private static final GangFacts GANG = new GangFacts(
            "research",
            "llama",
            "0b9a3c1e-5a6f-4b0e-9d57-0d3b6f0c9a11",
            4,
            Optional.of("/plinth/checkpoints/llama/3f6c1d1e-0c4c-4b3a-9d0f-5a7f2f6c8b11"),
            "http://plinth-operator.plinth-system.svc:8085/v1/report");
    private static final Member THIRD = new Member(GANG, 2, 1, 3, Optional.of("block=b0,rack=r1,host=n3"));

    record Contract(String golden, List<dev.plinth.api.v1alpha1.EnvVar> shared, Framework framework) {

        List<String> lines() {
            var lines = new ArrayList<String>();
            shared.forEach(variable -> lines.add(variable.name() + "=" + variable.value()));
            MemberEnvironment.render(framework, THIRD).forEach(variable -> lines.add(line(variable)));
            return lines;
        }

        @Override
        public String toString() {
            return golden;
        }
    }

    static Stream<Contract> contracts() {
        var model = new ServedModel(
                "/plinth/model/llama/step-600-g2",
                "Safetensors",
                "llama",
                new Engine(2048, Precision.Float32, 65_536, 1_000_000, 16, 0, 120, 2, Speculation.None, 300),
                Optional.of(new Adapters("adapters", "legal", 4, AdapterChanges.Anyone)));
        var tracing = new Tracing("http://collector:4318", "0.1");
        return Stream.of(
                new Contract("bundled", SharedEnvironment.bundled("{\"steps\":600}"), new Framework.Bundled()),
                new Contract("torch-static", List.of(), new Framework.TorchStatic(8)),
                new Contract("torch-elastic", SharedEnvironment.torchElastic(3), new Framework.TorchElastic(8)),
                new Contract("jax", List.of(), new Framework.Jax(1)),
                new Contract("jax-several-processes", List.of(), new Framework.Jax(4)),
                new Contract("serving", SharedEnvironment.serving(model), new Framework.Serving()),
                new Contract("tracing", SharedEnvironment.tracing("chat", tracing), new Framework.Serving()),
                new Contract("none", List.of(), new Framework.None()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("contracts")
    void rendersExactlyTheNamesThatTheFrameworkReads(Contract contract) {
        assertThat(contract.lines()).isEqualTo(goldenLines(contract.golden() + ".env"));
    }

    @Test
    void theFirstMemberOfAnElasticTorchrunIsToldThatItHostsTheRendezvous() {
        var gang = new GangFacts("research", "llama", "uid", 2, Optional.empty(), "http://operator/v1/report");

        assertThat(MemberEnvironment.render(
                        new Framework.TorchElastic(1), new Member(gang, 0, 0, 1, Optional.of("host=n3"))))
                .contains(new EnvVar("PET_RDZV_CONF", "is_host=true,read_timeout=300", null));
    }

    @Test
    void leavesTheCheckpointFolderOutWhenTheJobKeepsNone() {
        var gang = new GangFacts("research", "llama", "uid", 1, Optional.empty(), "http://operator/v1/report");

        assertThat(MemberEnvironment.render(new Framework.None(), new Member(gang, 0, 0, 1, Optional.of("host=n3"))))
                .extracting(EnvVar::getName)
                .doesNotContain("PLINTH_CHECKPOINT_DIR");
    }

    private static String line(EnvVar variable) {
        return variable.getValueFrom() == null
                ? variable.getName() + "=" + variable.getValue()
                : variable.getName() + "=<field "
                        + variable.getValueFrom().getFieldRef().getFieldPath() + ">";
    }

    private static List<String> goldenLines(String name) {
        try (var in = MemberEnvironmentTest.class.getResourceAsStream(name)) {
            assertThat(in).as("golden file %s", name).isNotNull();
            return new String(in.readAllBytes(), UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
