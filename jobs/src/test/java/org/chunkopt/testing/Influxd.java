package org.chunkopt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real InfluxDB 1.x on free loopback ports, with its data in a directory of its own. */
public final class Influxd implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("Listening on HTTP.* addr=(\\S+)");

  private final Path directory;
  private final Process process;
  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;

  private Influxd(Path directory, Process process, String url) {
    this.directory = directory;
    this.process = process;
    this.url = url;
  }

  /** Starts the server of {@code find-influxd}. */
  public static Influxd start(Path directory, String... httpSettings) throws IOException {
    String program = Scripts.run("find-influxd").requireSuccess().out().strip();
    Path config = directory.resolve("influxdb.conf");
    Files.writeString(
        config,
        """
        reporting-disabled = true
        bind-address = "127.0.0.1:0"
        [meta]
          dir = "%1$s/meta"
        [data]
          dir = "%1$s/data"
          wal-dir = "%1$s/wal"
        [monitor]
          store-enabled = false
        [http]
          bind-address = "127.0.0.1:0"
          log-enabled = false
          %2$s
        """
            .formatted(directory, String.join("\n  ", httpSettings)));
    Process process =
        new ProcessBuilder(program, "-config", config.toString()).redirectErrorStream(true).start();
    BufferedReader log = process.inputReader();
    StringBuilder said = new StringBuilder();
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      said.append(line).append('\n');
      Matcher listening = LISTENING.matcher(line);
      if (listening.find()) {
        drain(log);
        return new Influxd(directory, process, "http://" + listening.group(1));
      }
    }
    throw new IOException("influxd does not start:\n" + said);
  }

  /** So that the server never waits for a reader of its log. */
  private static void drain(BufferedReader log) {
    Thread thread = new Thread(() -> log.lines().forEach(line -> {}), "influxd log");
    thread.setDaemon(true);
    thread.start();
  }

  public String url() {
    return url;
  }

  public Path data() {
    return directory.resolve("data");
  }

  public Path wal() {
    return directory.resolve("wal");
  }

  /** Creates a database as BeeGFS-mon does, but keeps points for ever. */
  public void createDatabase(String name) throws IOException {
    query("create database \"" + name + "\"");
    query("create retention policy auto on \"" + name + "\" duration INF replication 1 default");
  }

  /** Writes points by the request of BeeGFS-mon. */
  public void write(String database, String lines) throws IOException {
    writeTo("db=" + encode(database), lines);
  }

  /** Writes points into another policy than the default one. */
  public void write(String database, String policy, String lines) throws IOException {
    writeTo("db=" + encode(database) + "&rp=" + encode(policy), lines);
  }

  private void writeTo(String parameters, String lines) throws IOException {
    post("/write?" + parameters, lines, 204);
  }

  public void query(String statement) throws IOException {
    String answer = post("/query?q=" + encode(statement), "", 200);
    if (answer.contains("error")) {
      throw new IOException(answer);
    }
  }

  /** What the server answers to a statement that reads a database. */
  public JsonNode ask(String database, String statement) throws IOException {
    String path = "/query?db=" + encode(database) + "&q=" + encode(statement);
    return new ObjectMapper().readTree(post(path, "", 200));
  }

  private String post(String path, String body, int status) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != status) {
        throw new IOException(response.statusCode() + " " + response.body());
      }
      return response.body();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
