package org.chunkopt.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

/**
 * A real InfluxDB 2.x on a free loopback port, with one organization, {@code hpc}, and one bucket.
 */
public final class InfluxdTwo implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("msg=Listening .* port=(\\d+)");

  private final Path program;
  private final Path directory;
  private final Process process;
  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;
  private final String bucket;
  private final String token;
  private JsonNode setup;

  private InfluxdTwo(
      Path program, Path directory, Process process, String url, String bucket, String token) {
    this.program = program;
    this.directory = directory;
    this.process = process;
    this.url = url;
    this.bucket = bucket;
    this.token = token;
  }

  /** Starts the server of {@code find-influxd 2}; skips the test where there is none. */
  public static InfluxdTwo start(Path directory, String bucket, String token) throws IOException {
    Scripts.Result found = Scripts.run("find-influxd", "2");
    assumeTrue(found.code() == 0, found.err());
    String program = found.out().strip();
    Path log = directory.resolve("influxd.log");
    Process process =
        new ProcessBuilder(
                program,
                "--bolt-path=" + directory.resolve("bolt"),
                "--sqlite-path=" + directory.resolve("sqlite"),
                "--engine-path=" + directory.resolve("engine"),
                "--http-bind-address=127.0.0.1:0",
                "--reporting-disabled")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    InfluxdTwo influxd =
        new InfluxdTwo(
            Path.of(program),
            directory,
            process,
            "http://127.0.0.1:" + port(process, log),
            bucket,
            token);
    influxd.setup =
        influxd.post(
            "/api/v2/setup",
            "{\"username\":\"me\",\"password\":\"password\",\"org\":\"hpc\",\"bucket\":\"%s\",\"token\":\"%s\"}"
                .formatted(bucket, token));
    return influxd;
  }

  /** The log is a file, because nothing tells which of its lines is the last for now. */
  private static int port(Process process, Path log) throws IOException {
    try {
      while (process.isAlive()) {
        Matcher listening = LISTENING.matcher(Files.readString(log));
        if (listening.find()) {
          return Integer.parseInt(listening.group(1));
        }
        Thread.sleep(50);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    throw new IOException("influxd does not start:\n" + Files.readString(log));
  }

  public String url() {
    return url;
  }

  /** The directory that holds the program, for the PATH of scripts. */
  public Path tools() throws IOException {
    Path tools = Files.createDirectories(directory.resolve("tools"));
    if (Files.notExists(tools.resolve("influxd"))) {
      Files.createSymbolicLink(tools.resolve("influxd"), program);
    }
    return tools;
  }

  public Path engine() {
    return directory.resolve("engine");
  }

  public String bucketId() {
    return setup.at("/bucket/id").asText();
  }

  /** Writes points by the request of BeeGFS-mon. */
  public void write(String lines) throws IOException {
    post("/api/v2/write?org=hpc&bucket=" + bucket, lines);
  }

  /** Lets InfluxQL find the bucket under the name of a database. */
  public void mapDatabase(String name) throws IOException {
    post(
        "/api/v2/dbrps",
        "{\"bucketID\":\"%s\",\"org\":\"hpc\",\"database\":\"%s\",\"retention_policy\":\"auto\",\"default\":true}"
            .formatted(bucketId(), name));
  }

  /** What the server answers to a statement that reads a database. */
  public JsonNode ask(String database, String statement) throws IOException {
    return post("/query?db=" + encode(database) + "&q=" + encode(statement), "");
  }

  private JsonNode post(String path, String body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Authorization", "Token " + token)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() / 100 != 2) {
        throw new IOException(response.statusCode() + " " + response.body());
      }
      return new ObjectMapper().readTree(response.body());
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
