package dev.plinth.trainer.gang;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;

/** The operator's end of the report channel, as the contract has it; a test says who is replaced. */
final class ReportServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final Map<Integer, String> addresses = new TreeMap<>();
    private final Map<Integer, Integer> incarnations = new TreeMap<>();
    private final List<JsonNode> reports = new ArrayList<>();
    private long generation = 1;
    private boolean away;

    ReportServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/report", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:%d/v1/report".formatted(server.getAddress().getPort());
    }

    synchronized void member(int member, int port) {
        addresses.put(member, "127.0.0.1:" + port);
    }

    /** Puts a new incarnation in a member's place; the gang has a new generation from now on. */
    synchronized int replace(int member, int port) {
        member(member, port);
        generation++;
        return incarnations.merge(member, 1, Integer::sum);
    }

    synchronized long generation() {
        return generation;
    }

    /** From now on answers like an operator that has just lost its leadership, or no longer. */
    synchronized void away(boolean isAway) {
        away = isAway;
    }

    /** All reports of a member so far. */
    synchronized List<JsonNode> reports(int member) {
        return reports.stream().filter(r -> r.path("member").asInt() == member).toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        JsonNode report = JSON.readTree(exchange.getRequestBody());
        ObjectNode reply = JSON.createObjectNode();
        int status = decide(report, reply);
        byte[] body = JSON.writeValueAsBytes(reply);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private synchronized int decide(JsonNode report, ObjectNode reply) {
        if (away) {
            return 503;
        }
        reply.put("generation", generation);
        int member = report.path("member").asInt();
        if (report.path("incarnation").asInt() < incarnations.getOrDefault(member, 0)) {
            return 409;
        }
        reports.add(report);
        ArrayNode peers = reply.putArray("peers");
        addresses.forEach(
                (index, address) -> peers.addObject().put("member", index).put("address", address));
        reply.put("ready", true);
        return 200;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
