package dev.plinth.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlowClientTest {
    @Test
    void aClientThatDoesNotReadHoldsUpNobodyAndGetsEverythingInTheEnd(@TempDir Path folder) throws Exception {
        try (TestServer server = TestServer.loaded(folder, 9, 16);
                Socket slow = new Socket()) {
            slow.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            slow.connect(new InetSocketAddress("127.0.0.1", server.server.port()));
            String body = """
                    {"model": "tiny", "prompt": "slow", "max_tokens": 250, "n": 8, "stream": true, "logprobs": 20}""";
            slow.getOutputStream()
                    .write(("POST /v1/completions HTTP/1.0\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.UTF_8));

            assertThat(server.completion("{\"model\": \"tiny\", \"prompt\": \"quick\"}")
                            .at("/usage/completion_tokens")
                            .asInt())
                    .isEqualTo(16);

            String received = new String(slow.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(received.split("\"finish_reason\":\"length\"", -1)).hasSize(9);
            assertThat(received).contains("data: [DONE]");
        }
    }
}
