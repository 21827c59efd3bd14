package dev.plinth.testbed.controlplane;

import dev.plinth.testbed.StateFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Who may talk to the API server, and the key that signs service accounts' tokens. */
final class Credentials {
    static final String ADMIN = "admin";
    static final String CONTROLLER_MANAGER = "system:kube-controller-manager";
    static final String SCHEDULER = "system:kube-scheduler";
    static final String PROXY = "system:kube-proxy";

    private final StateFolder state;
    private final Map<String, Identity> identities = new LinkedHashMap<>();

    private Credentials(StateFolder state) {
        this.state = state;
    }

    /** Makes fresh credentials for the control plane and the given nodes. */
    static Credentials create(StateFolder state, Iterable<String> nodes) {
        var credentials = new Credentials(state);
        credentials.add(Identity.of(ADMIN, "system:masters"));
        credentials.add(Identity.of(CONTROLLER_MANAGER, "system:authenticated"));
        credentials.add(Identity.of(SCHEDULER, "system:authenticated"));
        credentials.add(Identity.of(PROXY, "system:authenticated"));
        nodes.forEach(node -> credentials.add(Identity.of("system:node:" + node, "system:nodes")));
        credentials.writeKeys();
        return credentials;
    }

    private void add(Identity identity) {
        identities.put(identity.user(), identity);
    }

    Path tokenFile() {
        var lines = identities.values().stream().map(Identity::line).collect(Collectors.joining("\n"));
        return guarded(state.write("pki/tokens.csv", lines + "\n"));
    }

    Path privateKey() {
        return state.path().resolve("pki/service-account.key");
    }

    Path publicKey() {
        return state.path().resolve("pki/service-account.pub");
    }

    /** The folder where the API server keeps the certificate it makes for itself. */
    Path certificates() {
        return state.folder("pki");
    }

    Path serverCertificate() {
        return certificates().resolve("apiserver.crt");
    }

    /** Writes a kubeconfig of a user for the API server at {@code url}; its certificate must exist. */
    Path kubeconfig(String file, String user, String url) {
        var identity = Optional.ofNullable(identities.get(user)).orElseThrow();
        try {
            var authority = Base64.getEncoder().encodeToString(Files.readAllBytes(serverCertificate()));
            return guarded(state.write(
                    file, """
                    apiVersion: v1
                    kind: Config
                    clusters:
                      - name: plinth
                        cluster:
                          server: %s
                          certificate-authority-data: %s
                    users:
                      - name: %s
                        user:
                          token: %s
                    contexts:
                      - name: plinth
                        context:
                          cluster: plinth
                          user: %s
                    current-context: plinth
                    """.formatted(url, authority, identity.user(), identity.token(), identity.user())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void writeKeys() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            var pair = generator.generateKeyPair();
            guarded(state.write(
                    "pki/service-account.key",
                    pem("PRIVATE KEY", pair.getPrivate().getEncoded())));
            state.write(
                    "pki/service-account.pub",
                    pem("PUBLIC KEY", pair.getPublic().getEncoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String type, byte[] content) {
        var body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, body, type);
    }

    private static Path guarded(Path file) {
        try {
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
