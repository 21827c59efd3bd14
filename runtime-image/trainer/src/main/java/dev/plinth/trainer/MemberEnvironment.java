package dev.plinth.trainer;

import dev.plinth.trainer.TrainingFailure.Exit;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the environment says about this member of the gang. Everything has a default: with no variable set but the
 * configuration, one rank trains alone.
 *
 * @param member index of this member, which is its rank
 * @param members ranks in the gang
 * @param generation formation of the gang when this process was started
 * @param reportUrl where to report; absent in runs without an operator
 * @param tokenFile proves to the operator who reports
 * @param checkpointDirectory used if the configuration names none
 * @param peers addresses (host:port) by rank, in runs without an operator
 * @param threads of the tensor engine
 * @param logEverySteps steps between log lines
 * @param silence how long a neighbour may give no sign of life before it counts as lost
 * @param grace how long a termination signal waits for the last checkpoint
 */
record MemberEnvironment(
        String namespace,
        String gang,
        int member,
        int members,
        int incarnation,
        long generation,
        Optional<URI> reportUrl,
        Optional<Path> tokenFile,
        Optional<Path> checkpointDirectory,
        List<String> peers,
        int port,
        int threads,
        int logEverySteps,
        Duration silence,
        Duration grace) {

    static MemberEnvironment of(Map<String, String> environment) throws TrainingFailure {
        Variables variables = new Variables(environment);
        int members = variables.number("PLINTH_MEMBERS", 1, 1);
        int member = variables.number("PLINTH_MEMBER_INDEX", 0, 0);
        List<String> peers = variables
                .text("PLINTH_PEERS")
                .map(list -> List.of(list.split(",")))
                .orElse(List.of());
        if (member >= members) {
            throw ConfigSection.wrong(
                    "PLINTH_MEMBER_INDEX (%d) must be less than PLINTH_MEMBERS (%d)".formatted(member, members));
        }
        if (!peers.isEmpty() && peers.size() != members) {
            throw ConfigSection.wrong(
                    "PLINTH_PEERS must name host:port of each of the %d members, separated by commas; it names %d"
                            .formatted(members, peers.size()));
        }
        return new MemberEnvironment(
                variables.text("PLINTH_NAMESPACE").orElse("default"),
                variables.text("PLINTH_GANG").orElse("local"),
                member,
                members,
                variables.number("PLINTH_INCARNATION", 0, 0),
                variables.number("PLINTH_GENERATION", 1, 1),
                variables.uri("PLINTH_REPORT_URL"),
                variables.text("PLINTH_REPORT_TOKEN_FILE").map(Path::of),
                variables.text("PLINTH_CHECKPOINT_DIR").map(Path::of),
                peers,
                variables.number("PLINTH_PEER_PORT", 29600, 0),
                variables.number("PLINTH_THREADS", 1, 1),
                variables.number("PLINTH_LOG_EVERY_STEPS", 10, 1),
                Duration.ofMillis(variables.number("PLINTH_PEER_SILENCE_MILLIS", 2500, 100)),
                Duration.ofSeconds(variables.number("PLINTH_GRACE_SECONDS", 25, 0)));
    }

    private record Variables(Map<String, String> values) {
        Optional<String> text(String name) {
            return Optional.ofNullable(values.get(name)).filter(value -> !value.isBlank());
        }

        int number(String name, int otherwise, int least) throws TrainingFailure {
            String value = text(name).orElse(String.valueOf(otherwise));
            try {
                int number = Integer.parseInt(value);
                if (number >= least) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Said below.
            }
            throw ConfigSection.wrong(
                    "%s must be a whole number of at least %d, not \"%s\"".formatted(name, least, value));
        }

        Optional<URI> uri(String name) throws TrainingFailure {
            Optional<String> value = text(name);
            try {
                return value.map(URI::create);
            } catch (IllegalArgumentException e) {
                throw new TrainingFailure(
                        Exit.CONFIGURATION, "%s must be a URL, not \"%s\"".formatted(name, value.orElse("")), e);
            }
        }
    }
}
