package dev.plinth.testbed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;

/**
 * Runs in the pods of {@link RealNodesIT}: {@code serve} ticks to whoever connects, {@code listen HOST} prints what it hears, {@code resolve
 * HOST} prints its address or why it has none.
 */
public final class Probe {
    private static final int PORT = 7000;

    private Probe() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "serve" -> serve();
            case "listen" -> listen(args[1]);
            case "resolve" -> resolve(args[1]);
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void resolve(String host) {
        try {
            System.out.println(InetAddress.getByName(host));
        } catch (UnknownHostException e) {
            System.out.println(e.getMessage());
        }
    }

    private static void serve() throws IOException {
        try (var server = new ServerSocket(PORT)) {
            while (true) {
                var socket = server.accept();
                Thread.ofPlatform().start(() -> tick(socket));
            }
        }
    }

    private static void tick(Socket socket) {
        try (socket) {
            while (true) {
                socket.getOutputStream().write("tick\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
                Thread.sleep(100);
            }
        } catch (IOException | InterruptedException e) {
            System.out.println("lost a listener: " + e);
        }
    }

    private static void listen(String host) throws Exception {
        var deadline = Instant.now().plus(Duration.ofSeconds(60));
        while (true) {
            try (var socket = new Socket(host, PORT)) {
                System.out.println("connected");
                hear(socket);
                return;
            } catch (IOException notYet) {
                if (Instant.now().isAfter(deadline)) {
                    throw notYet;
                }
                System.out.println("waiting: " + notYet);
                Thread.sleep(200);
            }
        }
    }

    private static void hear(Socket socket) {
        var heard = false;
        try {
            for (int octet = socket.getInputStream().read();
                    octet >= 0;
                    octet = socket.getInputStream().read()) {
                if (!heard) {
                    System.out.println("heard");
                    heard = true;
                }
            }
            System.out.println("farewell: end of stream");
        } catch (IOException e) {
            System.out.println("farewell: " + e);
        }
    }
}
