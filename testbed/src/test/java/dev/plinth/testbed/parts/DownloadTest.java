package dev.plinth.testbed.parts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.plinth.testbed.Told;
import dev.plinth.testbed.process.Commands;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a site on loopback that has the files given to it. */
class DownloadTest {
    private static final byte[] PROGRAM =
            "#!/bin/sh\necho a program\n".repeat(10_000).getBytes(UTF_8);

    private final GoSources sources = GoSources.bundled();
    private final Told told = new Told();
    private final Map<String, byte[]> files = new HashMap<>();

    @TempDir
    private Path folder;

    private HttpServer site;

    @BeforeEach
    void open() throws IOException {
        site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        site.createContext("/", exchange -> {
            var file = Optional.ofNullable(files.get(exchange.getRequestURI().getPath()));
            try (exchange) {
                exchange.sendResponseHeaders(
                        file.isPresent() ? 200 : 404,
                        file.map(f -> (long) f.length).orElse(-1L));
                if (file.isPresent()) {
                    exchange.getResponseBody().write(file.get());
                }
            }
        });
        site.start();
    }

    @AfterEach
    void close() {
        site.stop(0);
    }

    @Test
    void aProgramIsFetchedAndCheckedAndExecutable() throws Exception {
        var address = address(Part.SCHEDULER);
        files.put(address, PROGRAM);
        files.put(address + ".sha256", digest(PROGRAM).getBytes(UTF_8));

        assertThat(fetch(Part.SCHEDULER)).containsExactly("kube-scheduler");
        assertThat(cache().resolve("kube-scheduler")).hasBinaryContent(PROGRAM).isExecutable();
        assertThat(told.lines()).containsExactly("Downloaded 1 programs");
    }

    @Test
    void programsOfOneArchiveAreFetchedTogether() throws Exception {
        var root = Files.createDirectories(folder.resolve("archive/bin"));
        for (var name : List.of("containerd", "ctr", "containerd-shim-runc-v2")) {
            Files.writeString(root.resolve(name), name);
        }
        var tar = folder.resolve("archive.tgz");
        Commands.run(List.of(
                "tar", "-czf", tar.toString(), "-C", folder.resolve("archive").toString(), "bin"));
        var content = Files.readAllBytes(tar);
        var address = address(Part.CONTAINERD);
        var name = address.substring(address.lastIndexOf('/') + 1);
        files.put(address, content);
        files.put(
                address + ".sha256sum",
                "0000  other.tgz\n%s  %s\n".formatted(digest(content), name).getBytes(UTF_8));

        assertThat(fetch(Part.CONTAINERD, Part.CTR, Part.SHIM))
                .containsExactly("containerd", "containerd-shim-runc-v2", "ctr");
        assertThat(cache().resolve("ctr")).hasContent("ctr").isExecutable();
    }

    @Test
    void aProgramWithAnotherDigestIsRefused() throws Exception {
        var address = address(Part.SCHEDULER);
        files.put(address, PROGRAM);
        files.put(address + ".sha256", digest("other".getBytes(UTF_8)).getBytes(UTF_8));

        assertThat(fetch(Part.SCHEDULER)).isEmpty();
        assertThat(told.lines())
                .containsExactly("No download (kube-scheduler has not the digest that its release states): "
                        + "building from source instead");
    }

    @Test
    void aProgramThatIsCutOffIsRefused() throws Exception {
        var address = address(Part.SCHEDULER);
        site.createContext(address, exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, PROGRAM.length);
                exchange.getResponseBody().write(PROGRAM, 0, PROGRAM.length / 2);
            }
        });
        files.put(address + ".sha256", digest(PROGRAM).getBytes(UTF_8));

        assertThat(fetch(Part.SCHEDULER)).isEmpty();
        assertThat(told.lines()).singleElement().asString().startsWith("No download (");
    }

    @Test
    void whatIsNotThereIsNamed() throws Exception {
        assertThat(fetch(Part.SCHEDULER)).isEmpty();
        assertThat(told.lines()).singleElement().asString().contains("kube-scheduler.sha256 answers 404");
    }

    @Test
    void withoutANetworkOneLineSaysSo() throws Exception {
        var nowhere = URI.create("https://releases.invalid/");
        var download = new Download(sources, new Release.Sites(nowhere, nowhere), told);
        download.into(cache(), EnumSet.of(Part.SCHEDULER, Part.ETCD, Part.KUBELET));
        assertThat(told.lines())
                .containsExactly("No download (cannot find the host releases.invalid): building from source instead");
    }

    @Test
    void whatIsNotReleasedWithADigestIsNotLookedFor() {
        var offered = EnumSet.allOf(Part.class);
        offered.removeIf(part -> !download().offers(part));
        assertThat(EnumSet.complementOf(offered)).containsExactly(Part.KWOK, Part.WALLS, Part.PAUSE);
    }

    private List<String> fetch(Part first, Part... rest) throws IOException {
        download().into(cache(), EnumSet.of(first, rest));
        try (var left = Files.list(folder.resolve("parts"))) {
            assertThat(left).as("what the download worked in").containsExactly(cache());
        }
        try (var got = Files.list(cache())) {
            return got.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private Path cache() {
        return folder.resolve("parts/digest");
    }

    private Download download() {
        return new Download(sources, sites(), told);
    }

    private Release.Sites sites() {
        var root = URI.create("http://127.0.0.1:%d/".formatted(site.getAddress().getPort()));
        return new Release.Sites(root.resolve("kubernetes/"), root.resolve("github/"));
    }

    private String address(Part part) {
        var architecture = "amd64".equals(System.getProperty("os.arch")) ? "amd64" : "arm64";
        return Release.of(part, sources, sites(), architecture)
                .orElseThrow()
                .file()
                .getPath();
    }

    private static String digest(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }
}
