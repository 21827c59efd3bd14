package dev.plinth.controller.contract;

import static java.util.stream.Collectors.toList;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Renders what differs from member to member: its rank, its peers and where to report. What is equal for a whole gang
 * ({@link SharedEnvironment}) is part of the gang's template instead.
 *
 * <p>Names for torchrun are its own flags in upper case with the prefix {@code PET_} (torch.distributed.argparse_util);
 * names for JAX are those of {@code jax.distributed.initialize}.
 */
public final class MemberEnvironment {

    /** Where the operator's token is mounted; a file, because the kubelet renews it. */
    public static final String TOKEN_FILE = "/var/run/secrets/plinth.dev/token";

    static final int MASTER_PORT = 29500;
    static final int RENDEZVOUS_PORT = 29400;
    static final int PEER_PORT = 29600;

    private static final Duration WAIT_FOR_HOST = Duration.ofMinutes(5);

    private MemberEnvironment() {}

    /** The variables of one member, in a fixed order. */
    public static List<EnvVar> render(Framework framework, Member member) {
        var node = new EnvVarBuilder()
                .withName("PLINTH_NODE")
                .withNewValueFrom()
                .withNewFieldRef()
                .withFieldPath("spec.nodeName")
                .endFieldRef()
                .endValueFrom()
                .build();
        return Stream.of(Stream.of(node), variables(common(member)), variables(own(framework, member)))
                .flatMap(part -> part)
                .collect(toList());
    }

    private static Map<String, String> common(Member member) {
        var gang = member.gang();
        var names = new LinkedHashMap<String, String>();
        names.put("PLINTH_GANG", gang.name());
        names.put("PLINTH_NAMESPACE", gang.namespace());
        names.put("PLINTH_MEMBER_INDEX", text(member.index()));
        names.put("PLINTH_MEMBERS", text(gang.size()));
        names.put("PLINTH_GENERATION", text(member.generation()));
        names.put("PLINTH_INCARNATION", text(member.incarnation()));
        member.domains().ifPresent(path -> names.put("PLINTH_DOMAINS", path));
        names.put("PLINTH_REPORT_URL", gang.reportUrl());
        names.put("PLINTH_REPORT_TOKEN_FILE", TOKEN_FILE);
        gang.checkpointDirectory().ifPresent(folder -> names.put("PLINTH_CHECKPOINT_DIR", folder));
        return names;
    }

    private static Map<String, String> own(Framework framework, Member member) {
        return switch (framework) {
            case Framework.Bundled() -> Map.of("PLINTH_PEER_PORT", text(PEER_PORT));
            case Framework.TorchStatic(int processes) -> torchStatic(processes, member);
            case Framework.TorchElastic(int processes) -> torchElastic(processes, member);
            case Framework.Jax(int processes) -> jax(processes, member);
            case Framework.Serving(), Framework.None() -> Map.of();
        };
    }

    private static Map<String, String> torchStatic(int processes, Member member) {
        var names = new LinkedHashMap<String, String>();
        names.put("PET_NNODES", text(member.gang().size()));
        names.put("PET_NPROC_PER_NODE", text(processes));
        names.put("PET_NODE_RANK", text(member.index()));
        names.put("PET_MASTER_ADDR", first(member));
        names.put("PET_MASTER_PORT", text(MASTER_PORT));
        names.put("MASTER_ADDR", first(member));
        names.put("MASTER_PORT", text(MASTER_PORT));
        return names;
    }

    private static Map<String, String> torchElastic(int processes, Member member) {
        var size = text(member.gang().size());
        var names = new LinkedHashMap<String, String>();
        names.put("PET_NNODES", size + ":" + size);
        names.put("PET_NPROC_PER_NODE", text(processes));
        names.put("PET_NODE_RANK", text(member.index()));
        names.put("PET_RDZV_BACKEND", "c10d");
        names.put("PET_RDZV_ENDPOINT", first(member) + ":" + RENDEZVOUS_PORT);
        names.put("PET_RDZV_ID", member.gang().uid());
        // Told, because torchrun finds out by comparing host names and takes ours for another's; and the others wait
        // for
        // member 0 as long as its image may take, instead of the 60 s after which they would count as failed.
        names.put("PET_RDZV_CONF", "is_host=" + (member.index() == 0) + ",read_timeout=" + WAIT_FOR_HOST.toSeconds());
        return names;
    }

    private static Map<String, String> jax(int processes, Member member) {
        var names = new LinkedHashMap<String, String>();
        names.put("JAX_NUM_PROCESSES", text((long) member.gang().size() * processes));
        // With several processes in one container only their launcher knows which is which.
        if (processes == 1) {
            names.put("JAX_PROCESS_ID", text(member.index()));
        }
        names.put("JAX_COORDINATOR_ADDRESS", first(member) + ":" + MASTER_PORT);
        return names;
    }

    private static String first(Member member) {
        return MemberName.address(member.gang().name(), member.gang().namespace(), 0);
    }

    private static Stream<EnvVar> variables(Map<String, String> names) {
        return names.entrySet().stream().map(entry -> new EnvVar(entry.getKey(), entry.getValue(), null));
    }

    private static String text(long number) {
        return Long.toString(number);
    }
}
