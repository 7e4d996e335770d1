package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a pull does when InfluxDB, or the way to it, fails. The stub echoes what it was sent. */
class PullFaultsTest {
  private static final String TOKEN = "canary-5f3a";
  private static final String POINTS =
      """
      #datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string,long,string,string,boolean
      #group,false,false,true,true,false,false,false,false,true,true,false
      #default,_result,,,,,,,,,,
      ,result,table,_start,_stop,_time,diskSpaceTotal,hostnameid,diskSpaceFree,_measurement,nodeNumID,isResponding
      ,,0,2026-11-20T00:00:00Z,2026-11-20T01:00:00Z,2026-11-20T00:00:05.000000001Z,8216080384,"a ""b"", c",7,storage,1,true
      ,,0,2026-11-20T00:00:00Z,2026-11-20T01:00:00Z,2026-11-20T00:00:10Z,,,,storage,1,false
      ,,1,2026-11-20T00:00:00Z,2026-11-20T01:00:00Z,2026-11-20T00:00:05Z,1.8446744073709552e+19,,,storage,2,true

      """
          .replace("\n", "\r\n");

  private static final List<String> LINES =
      List.of(
          "storage,nodeNumID=1 diskSpaceFree=7i,diskSpaceTotal=8.216080384E9,"
              + "hostnameid=\"a \\\"b\\\", c\",isResponding=true 1795132805000000001",
          "storage,nodeNumID=1 isResponding=false 1795132810000000000",
          "storage,nodeNumID=2 diskSpaceTotal=1.8446744073709552E19,isResponding=true"
              + " 1795132805000000000");

  @TempDir Path house;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final Deque<Answer> faults = new ArrayDeque<>();
  private final List<String> requests = new ArrayList<>();
  private HttpServer stub;
  private String version = "v2.7.1";

  /** How the next query for points of storage fails; null: not at all. */
  private Answer cutStorage;

  /** Answers a request. */
  private interface Answer {
    void to(HttpExchange exchange, String body) throws IOException;
  }

  @BeforeEach
  void start() throws IOException {
    stub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    stub.createContext("/", this::handle);
    stub.start();
    Files.writeString(house.resolve("token"), TOKEN + "\n");
    Files.setPosixFilePermissions(
        house.resolve("token"), PosixFilePermissions.fromString("rw-------"));
  }

  @AfterEach
  void nothingTellsTheToken() throws IOException {
    stub.stop(0);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .doesNotContain("canary")
        .doesNotContain("\tat ");
    if (Files.exists(house.resolve("out"))) {
      try (Stream<Path> files = Files.list(house.resolve("out"))) {
        for (Path file : files.toList()) {
          assertThat(file.getFileName().toString()).doesNotEndWith(".unfinished");
          assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain("canary");
        }
      }
      assertThat(lines()).noneMatch(line -> line.contains("canary"));
    }
  }

  @Test
  void fluxAnswersBecomeLinesWithTheirTypes() throws IOException {
    assertThat(pull()).as(said.toString(StandardCharsets.UTF_8)).isZero();
    assertThat(lines()).containsExactlyElementsOf(LINES);
    assertThat(requests)
        .as("the token is sent where it belongs")
        .allMatch(request -> request.startsWith("Token " + TOKEN));
  }

  @Test
  void refusalsForTheMomentAreTriedAgain() throws IOException {
    long begin = System.nanoTime();
    faults.add(status(503, "overloaded"));
    faults.add(
        (exchange, body) -> {
          exchange.getResponseHeaders().set("Retry-After", "1");
          status(429, "slow down").to(exchange, body);
        });
    faults.add(status(500, "panic"));
    assertThat(pull()).isZero();

    assertThat(System.nanoTime() - begin).as("Retry-After").isGreaterThan(1_000_000_000L);
    assertThat(lines()).containsExactlyElementsOf(LINES);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("answered 503: overloaded", "answered 429: slow down", "answered 500: panic");
  }

  @Test
  void aConnectionCutInTheMiddleDoublesAndLosesNoLine() throws IOException {
    byte[] whole = POINTS.getBytes(StandardCharsets.UTF_8);
    for (int cut : new int[] {0, 1, 300, whole.length - 90, whole.length - 2}) {
      cutStorage =
          (exchange, body) -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(whole, 0, cut);
            exchange.getResponseBody().flush();
            throw new IOException("cut");
          };
      assertThat(pull("--from", "2026-11-20T00:00:00Z")).as("cut at %d", cut).isZero();
      assertThat(cutStorage).isNull();
      assertThat(lines()).as("cut at %d", cut).containsExactlyElementsOf(LINES);
      Files.delete(house.resolve("out/mon-20261120T000000Z.lp.gz"));
    }
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("broke off its answer");
  }

  @Test
  void anErrorInsideAnAnswerIsASentence() throws IOException {
    faults.add(
        csv(
            "#datatype,string,string\r\n#group,true,true\r\n#default,,\r\n,error,reference\r\n"
                + ",memory allocation limit reached by "
                + TOKEN
                + ",897\r\n"));
    assertThat(pull()).isEqualTo(UserError.FAILED);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("cannot read mon: memory allocation limit reached by ***", "page-points");
    assertThat(visible()).isEmpty();
  }

  @Test
  void whatAnAdminHasToMendIsASentence() throws IOException {
    assertSentence(
        status(401, "unauthorized access"), "does not accept the token", "INFLUXDB_TOKEN");
    assertSentence(status(403, "no right"), "forbids to read mon: no right", "right");
    assertSentence(status(404, "could not find bucket"), "could not find bucket", "influx.bucket");
    assertSentence(status(400, "compilation failed"), "answered 400: compilation failed", "log");
    assertSentence(
        (exchange, body) -> {
          byte[] page = "<html>login</html>".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(404, page.length);
          exchange.getResponseBody().write(page);
        },
        "has no such bucket",
        "influx.url");
    version = "3.0.1";
    assertThat(pull()).isEqualTo(UserError.FAILED);
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("Set chunkopt.influx.version.");
  }

  @Test
  void aServerThatStaysAwayEndsThePullAndKeepsWhatItHas() throws IOException {
    assertThat(pull()).isZero();
    stub.stop(0);
    assertThat(pull("--from", "2026-11-19T23:00:00Z")).isEqualTo(UserError.FAILED);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("cannot be reached; that was attempt 5", "pull again later");
    assertThat(lines()).containsExactlyElementsOf(LINES);
  }

  @Test
  void anEmptyAnswerOfInfluxOneIsNoAnswer() throws IOException {
    version = "1.8.10";
    for (int i = 0; i < 5; i++) {
      faults.add(csv(""));
    }
    assertThat(pull()).isEqualTo(UserError.FAILED);
    assertThat(visible()).isEmpty();
  }

  @Test
  void aUrlOrASettingsFileWithASecretIsRefused() throws IOException {
    assertThat(execute("url = \"http://me:" + TOKEN + "@localhost:1\"")).isEqualTo(UserError.USAGE);
    assertThat(execute("url = \"http://localhost:1?token=" + TOKEN + "\""))
        .isEqualTo(UserError.USAGE);
    assertThat(execute("url = \"influx:" + TOKEN + "\"")).isEqualTo(UserError.USAGE);
    assertThat(execute("token = " + TOKEN)).isEqualTo(UserError.USAGE);
    Files.writeString(house.resolve("token"), TOKEN + "\nsecond line");
    assertThat(pull()).isEqualTo(UserError.USAGE);
    assertThat(requests).isEmpty();
  }

  private void assertSentence(Answer fault, String... parts) throws IOException {
    said.reset();
    faults.add(fault);
    assertThat(pull()).isEqualTo(UserError.FAILED);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains(parts)
        .contains("InfluxDB at http://");
    assertThat(visible()).isEmpty();
  }

  /** Where it throws, the server cuts the connection without an end of the answer. */
  private void handle(HttpExchange exchange) throws IOException {
    String body =
        URLDecoder.decode(
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
                    .replace("+", "%2B"),
                StandardCharsets.UTF_8)
            .replace("\\u003d", "=");
    exchange.getResponseHeaders().set("X-Influxdb-Version", version);
    if (exchange.getRequestURI().getPath().equals("/ping")) {
      exchange.sendResponseHeaders(204, -1);
      exchange.close();
      return;
    }
    requests.add(exchange.getRequestHeaders().getFirst("Authorization") + " " + body);
    if (!faults.isEmpty()) {
      faults.removeFirst().to(exchange, body);
    } else if (body.contains("first()")) {
      csv(body.contains("\"storage\\\"") ? OLDEST : "").to(exchange, body);
    } else if (body.contains("_measurement == \\\"storage\\\"")) {
      Answer answer = cutStorage == null ? csv(POINTS) : cutStorage;
      cutStorage = null;
      answer.to(exchange, body);
    } else {
      csv("").to(exchange, body);
    }
    exchange.close();
  }

  private static final String OLDEST =
      "#datatype,string,long,dateTime:RFC3339\r\n#group,false,false,false\r\n#default,_result,,\r\n"
          + ",result,table,_time\r\n,,0,2026-11-20T00:00:05Z\r\n\r\n";

  private static Answer csv(String text) {
    return (exchange, body) -> {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  private static Answer status(int code, String message) {
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

  private int pull(String... more) throws IOException {
    String file = "token-file = \"%s\"".formatted(house.resolve("token"));
    return execute("url = \"http://127.0.0.1:" + stub.getAddress().getPort() + "\"," + file, more);
  }

  private int execute(String influx, String... more) throws IOException {
    Path conf = house.resolve("site.conf");
    Files.writeString(
        conf,
        """
        chunkopt.influx {
          org = hpc, bucket = mon, directory = "%s", history = 36500d, retries = 4
          retry-delay = 2ms
          %s
        }
        """
            .formatted(house.resolve("out"), influx));
    List<String> arguments = new ArrayList<>(List.of("pull", "--settings", conf.toString()));
    arguments.addAll(List.of("--until", "2026-11-20T01:00:00Z"));
    arguments.addAll(List.of(more));
    PrintWriter writer = new PrintWriter(said, true, StandardCharsets.UTF_8);
    Appender log = new Everything(writer);
    Logger root = ((LoggerContext) LogManager.getContext(false)).getRootLogger();
    Level level = root.getLevel();
    log.start();
    root.addAppender(log);
    Configurator.setRootLevel(Level.ALL);
    Configurator.setLevel("org.chunkopt", Level.ALL);
    try {
      CommandLine line = Main.commandLine(Main.STAGES);
      return line.setOut(writer).setErr(writer).execute(arguments.toArray(String[]::new));
    } finally {
      root.removeAppender(log);
      Configurator.setRootLevel(level);
    }
  }

  /** Every event of every library, as text. */
  private static final class Everything extends AbstractAppender {
    private final PrintWriter out;

    Everything(PrintWriter out) {
      super("everything", null, null, true, Property.EMPTY_ARRAY);
      this.out = out;
    }

    @Override
    public void append(LogEvent event) {
      out.println(event.getMessage().getFormattedMessage() + " " + event.getThrown());
    }
  }

  private List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path file : visible()) {
      try (var in = new GZIPInputStream(Files.newInputStream(file))) {
        new String(in.readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.startsWith("#"))
            .forEach(lines::add);
      }
    }
    return lines;
  }

  private List<Path> visible() throws IOException {
    try (Stream<Path> files = Files.list(house.resolve("out"))) {
      return files.filter(file -> !file.getFileName().toString().startsWith("_")).sorted().toList();
    }
  }
}
