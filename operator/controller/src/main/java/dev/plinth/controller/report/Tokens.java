package dev.plinth.controller.report;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks the API server (TokenReview) whose a token is, and remembers the answer for a minute: a member reports every second, and
 * its token stays the same for most of an hour. Only digests of tokens are kept.
 */
final class Tokens {
    static final String AUDIENCE = "plinth.dev";

    private static final Duration TRUSTED_FOR = Duration.ofMinutes(1);
    private static final Duration DISTRUSTED_FOR = Duration.ofSeconds(5);
    private static final int REMEMBERED = 100_000;
    private static final String POD_NAME = "authentication.kubernetes.io/pod-name";
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

    private final KubernetesClient client;
    private final Clock clock;
    private final Map<String, Verdict> verdicts = new ConcurrentHashMap<>();

    private record Verdict(Optional<MemberIdentity> identity, Instant until) {}

    Tokens(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /** The pod that the token is bound to; empty if the token is not good for our audience, or not bound to a pod. */
    Optional<MemberIdentity> identify(String token) {
        var key = digest(token);
        var known = verdicts.get(key);
        var now = clock.instant();
        if (known != null && now.isBefore(known.until())) {
            return known.identity();
        }
        var identity = review(token);
        if (verdicts.size() >= REMEMBERED) {
            verdicts.values().removeIf(verdict -> now.isAfter(verdict.until()));
        }
        if (verdicts.size() < REMEMBERED) {
            verdicts.put(key, new Verdict(identity, now.plus(identity.isPresent() ? TRUSTED_FOR : DISTRUSTED_FOR)));
        }
        return identity;
    }

    private Optional<MemberIdentity> review(String token) {
        TokenReview review = client.tokenReviews()
                .create(new TokenReviewBuilder()
                        .withNewSpec()
                        .withToken(token)
                        .withAudiences(AUDIENCE)
                        .endSpec()
                        .build());
        var status = review.getStatus();
        if (status == null
                || !Boolean.TRUE.equals(status.getAuthenticated())
                || !status.getAudiences().contains(AUDIENCE)
                || !status.getUser().getUsername().startsWith(SERVICE_ACCOUNT)) {
            return Optional.empty();
        }
        var user = status.getUser();
        var namespace = user.getUsername().substring(SERVICE_ACCOUNT.length()).split(":", 2)[0];
        List<String> pods =
                user.getExtra() == null ? List.of() : user.getExtra().getOrDefault(POD_NAME, List.of());
        return pods.stream().findFirst().map(pod -> new MemberIdentity(namespace, pod));
    }

    private static String digest(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
