package dev.plinth.controller.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Optional;
import java.util.Set;

/** What the API server has against an object, and will have again until somebody changes something. */
public final class Refusal {
    private static final int TOO_MANY_REQUESTS = 429;

    /** Answers that judge our credentials, the moment or our pace, and not the object. */
    private static final Set<Integer> NOT_OF_THE_OBJECT =
            Set.of(HttpURLConnection.HTTP_UNAUTHORIZED, HttpURLConnection.HTTP_CONFLICT, TOO_MANY_REQUESTS);

    private Refusal() {}

    /** The server's words; empty if it did not judge the object. */
    public static Optional<String> words(KubernetesClientException thrown) {
        int code = thrown.getCode();
        return code >= 400 && code < 500 && !NOT_OF_THE_OBJECT.contains(code)
                ? Optional.of(said(thrown))
                : Optional.empty();
    }

    /** What the server said, whatever it was about. */
    public static String said(KubernetesClientException thrown) {
        return thrown.getStatus() != null && thrown.getStatus().getMessage() != null
                ? thrown.getStatus().getMessage()
                : String.valueOf(thrown.getMessage());
    }
}
