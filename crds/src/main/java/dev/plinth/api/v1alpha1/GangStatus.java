package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the gang controller sees. */
@ApiPart
@JsonClassDescription("What the operator sees of the gang.")
public record GangStatus(
        @JsonPropertyDescription("The metadata.generation this status was made from.") @Nullable
        Long observedGeneration,

        @ListMap("type")
        @Size(max = 16)
        @JsonPropertyDescription(
                "Placed, Running, Complete and Failed, each with the reason and a message that says what to do.")
        List<Condition> conditions,

        @JsonPropertyDescription("Numbers of members.") @Nullable
        MemberCounts members,

        @JsonPropertyDescription("Where the members are.") @Nullable
        Placement placement,

        @JsonPropertyDescription(
                "The node of each member, as decided for a formation before the first of its pods is made; absent if another scheduler decides.")
        @Nullable
        Assignment assignment,

        @JsonPropertyDescription("Why the gang waits for room; absent if it does not.") @Nullable
        Waiting waiting,

        @ListMap("index")
        @Size(max = 1000)
        @JsonPropertyDescription("Members that are not as they should be; the first 1000 by index.")
        List<MemberException> exceptions,

        @JsonPropertyDescription("The newest repair: what was lost, where and when.") @Nullable
        Recovered lastRecovery) {

    public GangStatus {
        conditions = Copies.of(conditions);
        exceptions = Copies.of(exceptions);
    }

    /** The same without the assignment, which is written by itself and not with each change of the rest. */
    public GangStatus withoutAssignment() {
        return new GangStatus(
                observedGeneration, conditions, members, placement, null, waiting, exceptions, lastRecovery);
    }

    /** Only an assignment. */
    public static GangStatus of(Assignment assignment) {
        return new GangStatus(null, List.of(), null, null, assignment, null, List.of(), null);
    }

    /** Numbers of members. */
    @ApiPart
    public record MemberCounts(
            @JsonPropertyDescription("Members that have a node.")
            int placed,

            @JsonPropertyDescription("Members whose container runs.")
            int running,

            @JsonPropertyDescription("Members whose container is ready.")
            int ready,

            @JsonPropertyDescription("Members that have succeeded.")
            int succeeded) {}

    /** Where the members are. */
    @ApiPart
    public record Placement(
            @JsonPropertyDescription("The innermost domain that holds all members, as level=name.") @Nullable
            String domain) {}

    /** The node of each member of one formation, compact: a run of members instead of each. */
    @ApiPart
    public record Assignment(
            @Required @JsonPropertyDescription("Number of the formation that it was decided for.")
            int generation,

            @Size(max = Rules.MEMBERS)
            @JsonPropertyDescription("Members with consecutive indices, the same number of them on each node.")
            List<Run> runs) {

        public Assignment {
            runs = Copies.of(runs);
        }
    }

    /** Members with consecutive indices on consecutive nodes of a list. */
    @ApiPart
    public record Run(
            @Required @JsonPropertyDescription("First index.")
            int from,

            @Required @JsonPropertyDescription("Number of members on each node.")
            int perNode,

            @Required
            @Size(max = 1_048_576)
            @JsonPropertyDescription(
                    "Names of the nodes in the order of the indices: gpu-[0007..0018,0020].example stands for gpu-0007.example to gpu-0018.example, and gpu-0020.example.")
            String nodes) {}

    /** Why a gang waits, with the arithmetic. */
    @ApiPart
    public record Waiting(
            @JsonPropertyDescription("What the gang needs, for example 8 members of 4 nvidia.com/gpu.") @Nullable
            String needed,

            @JsonPropertyDescription("What is free in the whole cluster, in the same units.") @Nullable
            String free,

            @JsonPropertyDescription("The domain with most room, as level=name.") @Nullable
            String bestDomain,

            @JsonPropertyDescription("Number of members that have room in the best domain.") @Nullable
            Integer bestDomainRoom,

            @JsonPropertyDescription("What takes or blocks the room, the largest first.")
            List<String> blockers,

            @JsonPropertyDescription("The smallest change that would let the gang start.") @Nullable
            String smallestChange) {

        public Waiting {
            blockers = Copies.of(blockers);
        }
    }

    /** A member that is not as it should be. */
    @ApiPart
    public record MemberException(
            @Required @JsonPropertyDescription("Index of the member.")
            int index,

            @Required @JsonPropertyDescription("What is wrong, in CamelCase, for example ImagePullBackOff.")
            String reason,

            @JsonPropertyDescription("What is wrong, in words.") @Nullable
            String message) {}
}
