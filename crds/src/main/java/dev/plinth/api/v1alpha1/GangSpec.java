package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the gang controller carries out. */
@ApiPart
public record GangSpec(
        @Required @Min(1) @JsonPropertyDescription("Number of members; their indices are 0 to size - 1.")
        int size,

        @Required @JsonPropertyDescription("The pod of each member, with everything that is equal for all members.")
        MemberTemplate template,

        @Required @JsonPropertyDescription("What a member is told of the others.")
        Contract contract,

        @JsonPropertyDescription("Where in the network the members should lie. Default: anywhere.") @Nullable
        TopologyWish topology,

        @Required
        @JsonPropertyDescription(
                "Finite: complete when all members have succeeded. Endless: a member that ends is repaired.")
        Lifecycle lifecycle,

        @Default("{}") @JsonPropertyDescription("When a member counts as lost, and how often the gang is repaired.")
        RecoveryPolicy recovery,

        @JsonPropertyDescription(
                "Which incarnation of each member should exist. Written by the gang controller before it touches pods.")
        @Nullable
        Formation formation) {

    public GangSpec {
        recovery = recovery == null ? RecoveryPolicy.DEFAULT : recovery;
    }

    /** The formation to carry out: that of the spec, or the first one if none has been written yet. */
    public Formation formationOrFirst() {
        return formation == null ? Formation.FIRST : formation;
    }

    /** What a member is told of the others, in the names that its framework reads. */
    @ApiPart
    public record Contract(
            @Required
            @JsonPropertyDescription("The framework whose environment is injected; None injects only PLINTH_*.")
            ContractFramework framework,

            @Min(1) @Default("1") @JsonPropertyDescription("Processes (ranks) in each member. Default: 1.")
            int processesPerMember,

            @JsonPropertyDescription("Folder in the container where checkpoints lie. Default: none.") @Nullable
            String checkpointDirectory,

            @Default("false")
            @JsonPropertyDescription("Whether members report progress, so that silence means loss. Default: false.")
            boolean progressing) {}

    /** The framework whose environment is injected. */
    public enum ContractFramework {
        Bundled,
        TorchStatic,
        TorchElastic,
        Jax,
        Serving,
        None
    }

    /** Whether a gang ends by itself. */
    public enum Lifecycle {
        Finite,
        Endless
    }

    /** Which incarnation of each member should exist. */
    @ApiPart
    public record Formation(
            @Required
            @Min(1)
            @JsonPropertyDescription(
                    "Number of this formation: 1 for the first, one more for each repair. Members of an older one are fenced off.")
            int generation,

            @Min(0) @Default("0") @JsonPropertyDescription("Repairs so far. Default: 0.")
            int restarts,

            @JsonPropertyDescription("Members whose incarnation is not 0.")
            List<Member> members) {

        /** The formation of a new gang. */
        public static final Formation FIRST = new Formation(1, 0, List.of());

        public Formation {
            members = Copies.of(members);
        }

        /** The incarnation of a member: 0 until it is first replaced. */
        public int incarnationOf(int index) {
            return members.stream()
                    .filter(member -> member.index() == index)
                    .mapToInt(Member::incarnation)
                    .findFirst()
                    .orElse(0);
        }
    }

    /** A member that has been replaced. */
    @ApiPart
    public record Member(
            @Required @Min(0) @JsonPropertyDescription("Stable index of the member.")
            int index,

            @Required @Min(1) @JsonPropertyDescription("Number of times it was replaced; part of the name of its pod.")
            int incarnation) {}
}
