package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.chunkopt.testing.InfluxStub.csv;
import static org.chunkopt.testing.InfluxStub.status;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
import org.chunkopt.testing.InfluxStub;
import org.chunkopt.testing.InfluxStub.Answer;
import org.chunkopt.testing.PulledFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
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

  private static final Pattern RANGE = Pattern.compile("start: (\\S+), stop: ([^)]+)\\)");

  @TempDir Path house;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private InfluxStub stub;

  @BeforeEach
  void start() throws IOException {
    stub = new InfluxStub(csv(POINTS));
    Files.writeString(house.resolve("token"), TOKEN + "\n");
    Files.setPosixFilePermissions(
        house.resolve("token"), PosixFilePermissions.fromString("rw-------"));
  }

  @AfterEach
  void nothingTellsTheToken() throws IOException {
    stub.close();
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
    assertThat(stub.requests())
        .as("the token is sent where it belongs")
        .allMatch(request -> request.startsWith("Token " + TOKEN));
  }

  @Test
  void refusalsForTheMomentAreTriedAgain() throws IOException {
    long begin = System.nanoTime();
    stub.faults().add(status(503, "overloaded"));
    stub.faults()
        .add(
            (exchange, body) -> {
              exchange.getResponseHeaders().set("Retry-After", "1");
              status(429, "slow down").to(exchange, body);
            });
    stub.faults().add(status(500, "panic"));
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
      stub.storageFaults()
          .add(
              (exchange, body) -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(whole, 0, cut);
                exchange.getResponseBody().flush();
                throw new IOException("cut");
              });
      assertThat(pull("--from", "2026-11-20T00:00:00Z")).as("cut at %d", cut).isZero();
      assertThat(stub.storageFaults()).isEmpty();
      assertThat(lines()).as("cut at %d", cut).containsExactlyElementsOf(LINES);
      Files.delete(house.resolve("out/mon-20261120T000000Z.lp.gz"));
    }
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("broke off its answer");
  }

  @Test
  void aPageThatWouldBeTooLongIsAskedForInShorterTimes() throws IOException {
    String head = POINTS.substring(0, POINTS.indexOf(",,0,"));
    List<String> expected = new ArrayList<>();
    for (int second = 0; second < 3600; second += 17) {
      expected.add("storage,nodeNumID=1 isResponding=true " + ns(second));
    }
    stub.answerStorage(
        (exchange, body) -> {
          Matcher range = RANGE.matcher(body);
          assertThat(range.find()).isTrue();
          StringBuilder rows = new StringBuilder(head);
          for (int second = 0; second < 3600; second += 17) {
            Instant time = Instant.ofEpochSecond(0, ns(second));
            if (!time.isBefore(Instant.parse(range.group(1)))
                && time.isBefore(Instant.parse(range.group(2)))) {
              rows.append(",,0,,,%s,,,,storage,1,true\r\n".formatted(time));
            }
          }
          csv(rows.length() == head.length() ? "" : rows.toString()).to(exchange, body);
        });

    assertThat(execute(server() + ", page-points = 7")).isZero();

    assertThat(lines()).containsExactlyElementsOf(expected);
    assertThat(stub.requests()).hasSizeBetween(expected.size() / 7, 3 * expected.size());
  }

  private static long ns(int second) {
    return 1795132800000000000L + second * 1_000_000_000L;
  }

  @Test
  void twoPullsDoNotWriteIntoOneDirectory() throws IOException {
    Files.createDirectories(house.resolve("out"));
    try (FileChannel other =
            FileChannel.open(
                house.resolve("out/_mon.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = other.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertThat(pull()).isEqualTo(UserError.LOCKED);
    }
    assertThat(pull()).isZero();
  }

  @Test
  @Tag("R20")
  @DisplayName("R20: an answer that echoes the token is cited without it")
  void anErrorInsideAnAnswerIsASentence() throws IOException {
    stub.faults()
        .add(
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
  @Tag("R20")
  @DisplayName("R20: a server that echoes the token in its refusals is cited without it")
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
    stub.callItself("4.0.1");
    assertThat(pull()).isEqualTo(UserError.FAILED);
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("Set chunkopt.influx.version.");
  }

  @Test
  @Tag("R20")
  @DisplayName("R20: a redirect is not followed, and the token stays here")
  void aRedirectIsNotFollowed() throws IOException {
    try (InfluxStub elsewhere = new InfluxStub(csv(POINTS))) {
      for (int code : List.of(301, 302, 307, 308)) {
        assertSentence(
            (exchange, body) -> {
              exchange.getResponseHeaders().set("Location", elsewhere.url() + "/api/v2/query");
              exchange.sendResponseHeaders(code, -1);
            },
            "points to " + elsewhere.url() + "/api/v2/query, which is not followed",
            "chunkopt.influx.url");
      }
      assertThat(elsewhere.requests()).isEmpty();
    }
  }

  @Test
  void anAnswerThatDoesNotEndIsEnded() throws IOException {
    assertSentence(
        (exchange, body) -> {
          exchange.sendResponseHeaders(200, 0);
          String text = POINTS.substring(0, POINTS.indexOf(",,0,"));
          exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
          while (true) {
            exchange.getResponseBody().write(new byte[1 << 20]);
          }
        },
        "does not end its answer after 256 MiB");
  }

  @Test
  void anAnswerThatTricklesIsEnded() throws IOException {
    Answer trickle =
        (exchange, body) -> {
          exchange.sendResponseHeaders(200, 0);
          try {
            while (true) {
              exchange.getResponseBody().write(' ');
              exchange.getResponseBody().flush();
              Thread.sleep(20);
            }
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        };
    stub.faults().addAll(List.of(trickle, trickle));
    long start = System.nanoTime();
    assertThat(execute(server() + ", timeout = 100ms, retries = 1")).isEqualTo(UserError.FAILED);
    assertThat(System.nanoTime() - start).isLessThan(60_000_000_000L);
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("that was attempt 2");
  }

  @Test
  void aServerThatStaysAwayEndsThePullAndKeepsWhatItHas() throws IOException {
    assertThat(pull()).isZero();
    stub.close();
    assertThat(pull("--from", "2026-11-19T23:00:00Z")).isEqualTo(UserError.FAILED);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("cannot be reached; that was attempt 5", "pull again later");
    assertThat(lines()).containsExactlyElementsOf(LINES);
  }

  @Test
  void anEmptyWindowIsOneRequest() throws IOException {
    stub.answerStorage(csv(""));
    assertThat(pull("--from", "2026-11-20T00:00:00Z")).isZero();
    int one = stub.requests().size();
    assertThat(one).as("the window's first points, and storage").isEqualTo(2);
    stub.answerFirst(csv(""));
    assertThat(pull("--from", "2026-11-19T20:00:00Z")).isZero();
    assertThat(stub.requests()).as("four empty windows").hasSize(one + 4);
  }

  @Test
  @DisplayName("InfluxDB 3 is recognised by its ping, and read by the interface of 1.x")
  void influxThreeIsReadByTheInterfaceOfOne() throws IOException {
    stub.callItself("3.4.0");
    String types = "[\"isResponding\",\"boolean\"],[\"diskSpaceTotal\",\"float\"]";
    stub.faults().add(json("storage", "\"tagKey\"", "[\"nodeNumID\"]"));
    stub.faults().add(json("storage", "\"fieldKey\",\"fieldType\"", types));
    for (int request = 0; request < 2; request++) {
      stub.faults()
          .add(
              json(
                  "storage",
                  "\"time\",\"diskSpaceTotal\",\"isResponding\",\"nodeNumID\"",
                  "[1795132805000000000,7,true,\"1\"]"));
    }
    assertThat(pull()).as(said.toString(StandardCharsets.UTF_8)).isZero();
    assertThat(lines())
        .containsExactly(
            "storage,nodeNumID=1 diskSpaceTotal=7,isResponding=true 1795132805000000000");
    assertThat(stub.requests())
        .hasSize(4)
        .allMatch(request -> request.startsWith("Token " + TOKEN))
        .noneMatch(request -> request.contains("RETENTION"));
  }

  private static Answer json(String series, String columns, String rows) {
    return (exchange, body) -> {
      byte[] bytes =
          "{\"results\":[{\"series\":[{\"name\":\"%s\",\"columns\":[%s],\"values\":[%s]}]}]}"
              .formatted(series, columns, rows)
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  @Test
  void anEmptyAnswerOfInfluxOneIsNoAnswer() throws IOException {
    stub.callItself("1.8.10");
    for (int i = 0; i < 5; i++) {
      stub.faults().add(csv(""));
    }
    assertThat(pull()).isEqualTo(UserError.FAILED);
    assertThat(visible()).isEmpty();
  }

  @Test
  @Tag("R20")
  @DisplayName("R20: a URL or a settings file with a secret is refused")
  void aUrlOrASettingsFileWithASecretIsRefused() throws IOException {
    assertThat(execute("url = \"http://me:" + TOKEN + "@localhost:1\"")).isEqualTo(UserError.USAGE);
    assertThat(execute("url = \"http://localhost:1?token=" + TOKEN + "\""))
        .isEqualTo(UserError.USAGE);
    assertThat(execute("url = \"influx:" + TOKEN + "\"")).isEqualTo(UserError.USAGE);
    assertThat(execute("token = " + TOKEN)).isEqualTo(UserError.USAGE);
    Files.writeString(house.resolve("token"), TOKEN + "\nsecond line");
    assertThat(pull()).isEqualTo(UserError.USAGE);
    assertThat(stub.requests()).isEmpty();
  }

  @Test
  @Tag("R20")
  @DisplayName("R20: a token file that others can read is refused, and nothing is sent")
  void aTokenFileThatOthersCanReadIsRefused() throws IOException {
    for (String mode : List.of("rw-r--r--", "rw----r--", "rw--w----", "rwx------")) {
      Files.setPosixFilePermissions(house.resolve("token"), PosixFilePermissions.fromString(mode));
      said.reset();
      assertThat(pull()).as(mode).isEqualTo(UserError.USAGE);
      assertThat(said.toString(StandardCharsets.UTF_8)).contains("chmod 0600 ");
    }
    assertThat(stub.requests()).isEmpty();
  }

  private void assertSentence(Answer fault, String... parts) throws IOException {
    said.reset();
    stub.faults().add(fault);
    assertThat(pull()).isEqualTo(UserError.FAILED);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains(parts)
        .contains("InfluxDB at http://");
    assertThat(visible()).isEmpty();
  }

  private int pull(String... more) throws IOException {
    return execute(server(), more);
  }

  private String server() {
    return "url = \"%s\", token-file = \"%s\"".formatted(stub.url(), house.resolve("token"));
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
    return PulledFiles.points(house.resolve("out"));
  }

  private Set<String> visible() throws IOException {
    return PulledFiles.of(house.resolve("out")).keySet();
  }
}
