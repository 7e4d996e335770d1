package org.chunkopt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Stands in for InfluxDB 2 where it fails: takes every query for one of points of {@code storage}
 * or of the first points, knows nothing else, and echoes the token in its refusals.
 */
public final class InfluxStub implements AutoCloseable {
  private static final String OLDEST =
      "#datatype,string,long,string,dateTime:RFC3339\r\n#group,false,false,true,false\r\n"
          + "#default,_result,,,\r\n,result,table,_measurement,_time\r\n"
          + ",,0,storage,2026-11-20T00:00:05Z\r\n\r\n";

  /** Answers a request; where it throws, the connection is cut without an end of the answer. */
  public interface Answer {
    void to(HttpExchange exchange, String body) throws IOException;
  }

  private final HttpServer server;
  private final List<String> requests = new ArrayList<>();
  private final Deque<Answer> faults = new ArrayDeque<>();
  private final Deque<Answer> storageFaults = new ArrayDeque<>();
  private Answer storage;
  private Answer first = csv(OLDEST);
  private String version = "v2.7.1";

  public InfluxStub(Answer storage) throws IOException {
    this.storage = storage;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Authorization and body of every query. */
  public List<String> requests() {
    return requests;
  }

  /** Answers the next queries, of any kind, one each. */
  public Deque<Answer> faults() {
    return faults;
  }

  /** Answers the next queries for points of storage, one each. */
  public Deque<Answer> storageFaults() {
    return storageFaults;
  }

  public void answerStorage(Answer answer) {
    storage = answer;
  }

  /** Answers the queries for the first points. */
  public void answerFirst(Answer answer) {
    first = answer;
  }

  public void callItself(String newVersion) {
    version = newVersion;
  }

  /**
   * An answer of CSV, annotated where the dialect of the query asks for it, as a real server does.
   */
  public static Answer csv(String text) {
    return (exchange, body) -> {
      JsonNode dialect = new ObjectMapper().readTree(body).path("dialect");
      boolean annotated =
          dialect.path("annotations").toString().matches(".*datatype.*group.*default.*");
      byte[] bytes =
          (annotated ? text : text.replaceAll("(?m)^#.*\\R", "")).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  public static Answer status(int code, String message) {
    return (exchange, body) -> {
      String echo = exchange.getRequestHeaders().getFirst("Authorization");
      byte[] json =
          "{\"code\":\"x\",\"message\":\"%s (%s)\\n\"}"
              .formatted(message, echo)
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(code, json.length);
      exchange.getResponseBody().write(json);
    };
  }

  private void handle(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("X-Influxdb-Version", version);
    // The client writes its JSON fit for HTML.
    String body =
        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
            .replace("\\u003d", "=");
    if (exchange.getRequestURI().getPath().equals("/ping")) {
      exchange.sendResponseHeaders(204, -1);
    } else {
      requests.add(exchange.getRequestHeaders().getFirst("Authorization") + " " + body);
      answer(body).to(exchange, body);
    }
    exchange.close();
  }

  private Answer answer(String body) {
    boolean aboutStorage = body.contains("_measurement == \\\"storage\\\"");
    if (!faults.isEmpty()) {
      return faults.removeFirst();
    } else if (!aboutStorage) {
      return csv("");
    } else if (body.contains("first()")) {
      return first;
    }
    return storageFaults.isEmpty() ? storage : storageFaults.removeFirst();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
