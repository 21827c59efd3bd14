package dev.plinth.controller.report;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Asks the API server (TokenReview) whose a token is, and remembers the answer: a member reports every second, and its
 * token stays the same for most of an hour. Only digests of tokens are kept.
 *
 * <p>A good answer is asked for anew each minute, beside the report, which does not wait for it. So members are heard
 * also while the API server is away; its absence must not look like their silence.
 */
final class Tokens {
    private static final Logger LOG = Logger.getLogger(Tokens.class);
    static final String AUDIENCE = "plinth.dev";

    private static final Duration FRESH_FOR = Duration.ofMinutes(1);
    private static final Duration TRUSTED_FOR = Duration.ofMinutes(15);
    private static final Duration DISTRUSTED_FOR = Duration.ofSeconds(5);
    private static final int REMEMBERED = 100_000;

    /** Questions under way at a time: a large gang comes with all its tokens at once. */
    private static final int AT_ONCE = 64;

    private static final Duration QUEUE = Duration.ofSeconds(5);
    private static final String POD_NAME = "authentication.kubernetes.io/pod-name";
    private static final String POD_UID = "authentication.kubernetes.io/pod-uid";
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

    private final KubernetesClient client;
    private final Clock clock;
    private final Map<String, Verdict> verdicts = new ConcurrentHashMap<>();

    private final Set<String> askedAnew = ConcurrentHashMap.newKeySet();
    private final Semaphore questions = new Semaphore(AT_ONCE);

    private record Verdict(Optional<MemberIdentity> identity, Instant at) {
        boolean fresh(Instant now) {
            return now.isBefore(at.plus(identity.isPresent() ? FRESH_FOR : DISTRUSTED_FOR));
        }

        boolean trusted(Instant now) {
            return now.isBefore(at.plus(identity.isPresent() ? TRUSTED_FOR : DISTRUSTED_FOR));
        }
    }

    Tokens(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /**
     * The pod that the token is bound to; empty if the token is not good for our audience, or not bound to a pod.
     *
     * @throws KubernetesClientException if the API server does not answer and the token is not known
     */
    Optional<MemberIdentity> identify(String token) {
        var key = digest(token);
        var known = verdicts.get(key);
        var now = clock.instant();
        if (known == null || !known.trusted(now)) {
            return ask(key, token);
        }
        if (!known.fresh(now) && askedAnew.add(key)) {
            Thread.ofVirtual().name("token review").start(() -> askAnew(key, token));
        }
        return known.identity();
    }

    private void askAnew(String key, String token) {
        try {
            ask(key, token);
        } catch (RuntimeException away) {
            LOG.debug("a token could not be reviewed; the last answer counts", away);
        } finally {
            askedAnew.remove(key);
        }
    }

    private Optional<MemberIdentity> ask(String key, String token) {
        var now = clock.instant();
        var identity = inTurn(() -> review(token));
        if (verdicts.size() >= REMEMBERED) {
            verdicts.values().removeIf(verdict -> !verdict.trusted(now));
        }
        if (verdicts.size() < REMEMBERED) {
            verdicts.put(key, new Verdict(identity, now));
        }
        return identity;
    }

    private <T> T inTurn(Supplier<T> question) {
        try {
            if (!questions.tryAcquire(QUEUE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new KubernetesClientException("too many tokens wait for review");
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new KubernetesClientException("interrupted", stopping);
        }
        try {
            return question.get();
        } finally {
            questions.release();
        }
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
        return extra(user, POD_NAME)
                .flatMap(pod -> extra(user, POD_UID).map(uid -> new MemberIdentity(namespace, pod, uid)));
    }

    private static Optional<String> extra(UserInfo user, String key) {
        return Optional.ofNullable(user.getExtra()).map(extra -> extra.get(key)).stream()
                .flatMap(List::stream)
                .findFirst();
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
