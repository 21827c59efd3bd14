package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the gang controller carries out. */
@ApiPart
@JsonClassDescription(
        "What the operator decided. A change of the template takes effect in members that are created later.")
@ValidationRule(
        value =
                "!has(self.formation) || !has(self.formation.members) || self.formation.members.all(m, m.index < self.size)",
        fieldPath = ".formation.members",
        message = "Remove the members whose index is not below spec.size.")
@ValidationRule(
        value = "!has(oldSelf.formation) || has(self.formation)",
        fieldPath = ".formation",
        message = "The formation of a gang cannot be removed: the operator writes it. Delete the gang instead.")
@ValidationRule(
        value =
                "has(self.scheduling) == has(oldSelf.scheduling) && (!has(self.scheduling) || self.scheduling == oldSelf.scheduling)",
        fieldPath = ".scheduling",
        message = "The scheduling of a gang cannot change: delete the gang.")
public record GangSpec(
        @Required
        @Min(1)
        @Max(Rules.MEMBERS)
        @JsonPropertyDescription("Number of members; their indices are 0 to size - 1.")
        @ValidationRule(
                value = "self == oldSelf",
                message = "The size of a gang cannot change: change the object that owns it.")
        int size,

        @Required @JsonPropertyDescription("The pod of each member, with everything that is equal for all members.")
        MemberTemplate template,

        @Required @JsonPropertyDescription("What a member is told of the others.")
        Contract contract,

        @JsonPropertyDescription("Where in the network the members should lie. Default: anywhere.") @Nullable
        TopologyWish topology,

        @JsonPropertyDescription("Who brings the pods to nodes. Default: plinth.") @Nullable
        Scheduling scheduling,

        @Required
        @JsonPropertyDescription(
                "Finite: complete when all members have succeeded. Endless: a member that ends is repaired.")
        @ValidationRule(value = "self == oldSelf", message = "The lifecycle of a gang cannot change: delete the gang.")
        Lifecycle lifecycle,

        @Default("{}")
        @JsonPropertyDescription(
                "When a member counts as lost, and how often the gang is repaired. Default: see its fields.")
        RecoveryPolicy recovery,

        @Size(min = 1, max = Rules.LABEL)
        @JsonPropertyDescription(
                "Name of what the members run. With another name all members are replaced together, in a new formation. Default: members stay, whatever becomes of the template.")
        @ValidationRule(value = Rules.LABEL_NAME, message = Rules.LABEL_NAME_SAYS)
        @Nullable
        String revision,

        @JsonPropertyDescription(
                "How the model is split over the members, whose groups are placed by it. Default: none; who exchanges how much with whom is not known.")
        @Nullable
        Plan plan,

        @JsonPropertyDescription(
                "Which incarnation of each member should exist; the gang controller writes it before it touches pods. Default: the first of each.")
        @Nullable
        Formation formation) {

    public GangSpec {
        recovery = recovery == null ? RecoveryPolicy.DEFAULT : recovery;
    }

    /** The formation to carry out: that of the spec, or the first one if none has been written yet. */
    public Formation formationOrFirst() {
        return formation == null ? Formation.FIRST : formation;
    }

    /** The same gang in another formation; with none, what the workload controllers own of it. */
    public GangSpec withFormation(@Nullable Formation other) {
        return new GangSpec(size, template, contract, topology, scheduling, lifecycle, recovery, revision, plan, other);
    }

    /** What a member is told of the others, in the names that its framework reads. */
    @ApiPart
    public record Contract(
            @Required
            @JsonPropertyDescription("The framework whose environment is injected; None injects only PLINTH_*.")
            @ValidationRule(
                    value = "self == oldSelf",
                    message = "The framework of a gang cannot change: delete the gang.")
            ContractFramework framework,

            @Min(1)
            @Max(1024)
            @Default("1")
            @JsonPropertyDescription("Number of processes (ranks) in each member. Default: 1.")
            int processesPerMember,

            @Size(max = 4096)
            @JsonPropertyDescription("Folder in the container where checkpoints lie. Default: none.")
            @Nullable
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
    @ValidationRule(
            value = "self.generation >= oldSelf.generation",
            fieldPath = ".generation",
            message = "The generation of a gang cannot go back: older members are fenced off by it.")
    public record Formation(
            @Required
            @Min(1)
            @JsonPropertyDescription(
                    "Number of this formation: 1 for the first, one more for each repair and each change of what members run. Members of an older one are fenced off.")
            int generation,

            @Min(0)
            @Default("0")
            @JsonPropertyDescription(
                    "Number of repairs that count against recovery.maxRestarts; 0 again with another revision. Default: 0.")
            int restarts,

            @ListMap("index")
            @Size(max = Rules.MEMBERS)
            @JsonPropertyDescription("Members whose incarnation is not 0. Default: none.")
            List<Member> members,

            @JsonPropertyDescription(
                    "The repair that this formation was made for. Default: none, it is the first or a change of what members run.")
            @Nullable
            Repair repair) {

        /** The formation of a new gang. */
        public static final Formation FIRST = new Formation(1, 0, List.of(), null);

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

    /** What is to be told of a repair, written with its formation so that whoever leads then can tell it. */
    @ApiPart
    public record Repair(
            @Required @JsonPropertyDescription("Why the gang was repaired, in CamelCase, for example NodeLost.")
            String reason,

            @Required @Min(0) @JsonPropertyDescription("Index of the member that was lost; the lowest, if several.")
            int member,

            @JsonPropertyDescription("Node of that member. Default: none, it had not been placed.") @Nullable
            String node,

            @Required @JsonPropertyDescription("Last sign of life of that member.")
            Instant lostAt,

            @Required @JsonPropertyDescription("When the loss was noticed.")
            Instant detectedAt,

            @Required
            @Size(max = Repair.LONGEST_WORDS)
            @JsonPropertyDescription("All that was lost, as people are told.")
            String words,

            @Required @Min(1) @JsonPropertyDescription("Number of members that the formation replaces.")
            int replaced) {

        private static final int LONGEST_WORDS = 1024;

        public Repair {
            words = words.length() > LONGEST_WORDS ? words.substring(0, LONGEST_WORDS - 1) + "…" : words;
        }

        /** The story of the repair as far as it has come. */
        public Recovered begun() {
            return new Recovered(reason, member, node, lostAt, detectedAt, null, null, null, null);
        }
    }

    /** A member that has been replaced. */
    @ApiPart
    public record Member(
            @Required @Min(0) @JsonPropertyDescription("Stable index of the member.")
            int index,

            @Required
            @Min(1)
            @JsonPropertyDescription("Number of times the member was replaced; part of the name of its pod.")
            int incarnation) {}
}
