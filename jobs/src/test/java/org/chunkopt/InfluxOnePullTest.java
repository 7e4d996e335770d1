package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.chunkopt.pull.PullJob;
import org.chunkopt.pull.Token;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.testing.Influxd;
import org.chunkopt.testing.PulledFiles;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Pulls from a real InfluxDB 1.x that was filled as BeeGFS-mon and Telegraf fill it. */
class InfluxOnePullTest {
  private static final long HOUR_NS = 3_600_000_000_000L;
  private static final Instant START = Instant.parse("2026-11-20T00:00:00Z");
  private static final long START_NS = START.getEpochSecond() * 1_000_000_000L;

  @TempDir static Path home;
  private static Influxd influxd;

  @TempDir Path house;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start() throws IOException {
    influxd = Influxd.start(home);
  }

  @AfterAll
  static void stop() {
    influxd.close();
  }

  @Test
  void everyPointIsOneLineOfItsWindowWithItsTypesAndEscapes() throws IOException {
    long second = START_NS + HOUR_NS;
    influxd.createDatabase("types");
    influxd.write(
        "types",
        """
        storage,nodeID=meta02\\ rack\\=B\\,u7,nodeNumID=2 isResponding=true,hostnameid="a \\"q\\" \\\\ b",diskSpaceTotal=8.216080384e+09,directWorkListSize=3 %1$d
        storage,nodeNumID=3 isResponding=false %1$d
        storage,nodeID=s,nodeNumID=4 hostnameid="" %1$d
        storageClientOpsByNode,node=fe80::1 B-rd=1.8446744073709552e+19,ops-rd=1e-9,B-wr=67 %2$d
        mem,host=h1 total=9223372036854775807i,available_percent=12.5,slab=1i %2$d
        net,host=h1,interface=eth0 bytes_sent=3i %3$d
        system,host=h1 load1=0.5 %2$d
        """
            .formatted(START_NS, second, second - 1));

    assertThat(pull("types")).as(err.toString()).isZero();

    assertThat(files("types"))
        .containsExactlyEntriesOf(
            new TreeMap<>(
                Map.of(
                    "types-20261120T000000Z.lp.gz",
                    List.of(
                        "# INFLUXDB EXPORT: 2026-11-20T00:00:00Z - 2026-11-20T01:00:00Z",
                        "net,host=h1,interface=eth0 bytes_sent=3i " + (second - 1),
                        "storage,nodeID=meta02\\ rack\\=B\\,u7,nodeNumID=2"
                            + " diskSpaceTotal=8216080384,hostnameid=\"a \\\"q\\\" \\\\ b\","
                            + "isResponding=true "
                            + START_NS,
                        "storage,nodeID=s,nodeNumID=4 hostnameid=\"\" " + START_NS,
                        "storage,nodeNumID=3 isResponding=false " + START_NS),
                    "types-20261120T010000Z.lp.gz",
                    List.of(
                        "# INFLUXDB EXPORT: 2026-11-20T01:00:00Z - 2026-11-20T02:00:00Z",
                        "mem,host=h1 available_percent=12.5,total=9223372036854775807i " + second,
                        "storageClientOpsByNode,node=fe80::1"
                            + " B-rd=18446744073709552000,B-wr=67,ops-rd=1.0E-9 "
                            + second))));
  }

  @Test
  void pointsThatTheServerStampsArePulledOnce() throws IOException {
    influxd.createDatabase("stamped");
    influxd.write("stamped", "meta,nodeID=m,nodeNumID=1 isResponding=true\n");
    Settings.Influx settings = settings("stamped", "influx.window = 1m");
    Instant later = Instant.now().plus(Duration.ofMinutes(3));

    PullJob.Pulled pulled = PullJob.run(settings, Token.of(settings), Optional.empty(), later);

    assertThat(pulled.points()).isOne();
    assertThat(lines("stamped"))
        .singleElement()
        .asString()
        .matches("meta,nodeID=m,nodeNumID=1 isResponding=true [0-9]{19}");
    assertThat(PullJob.run(settings, Token.of(settings), Optional.empty(), later))
        .isEqualTo(new PullJob.Pulled(0, 0, 0));
  }

  @Test
  void aSecondPullAddsTheNewWindowsOnly() throws IOException {
    influxd.createDatabase("more");
    writeHours("more", 0, 2);
    assertThat(pull("more", "--until", "2026-11-20T02:59:59Z")).isZero();
    Map<String, List<String>> before = files("more");
    assertThat(before).hasSize(2);

    writeHours("more", 1, 5);
    assertThat(pull("more", "--until", "2026-11-20T05:00:00Z")).isZero();

    Map<String, List<String>> after = files("more");
    assertThat(after).hasSize(5).containsAllEntriesOf(before);
    assertThat(after.get("more-20261120T030000Z.lp.gz")).hasSize(1 + 60);
    assertThat(out.toString()).contains("Pulled 2 windows", "Pulled 3 windows");
  }

  @Test
  void aWindowWithoutPointsOrWithItsFileRemovedIsFilled() throws IOException {
    influxd.createDatabase("gap");
    writeHours("gap", 0, 1);
    writeHours("gap", 3, 4);
    assertThat(pull("gap", "--until", "2026-11-20T04:00:00Z")).isZero();
    Map<String, List<String>> whole = files("gap");
    assertThat(whole.values().stream().map(List::size)).containsExactly(61, 1, 1, 61);

    Files.delete(house.resolve("gap/gap-20261120T020000Z.lp.gz"));
    assertThat(pull("gap", "--until", "2026-11-20T04:00:00Z")).isZero();
    assertThat(files("gap")).isEqualTo(whole);

    assertThat(pull("gap", "--from", "2026-11-19T22:10:00Z", "--until", "2026-11-20T04:00:00Z"))
        .isZero();
    assertThat(files("gap"))
        .hasSize(6)
        .containsAllEntriesOf(whole)
        .containsKey("gap-20261119T220000Z.lp.gz");
  }

  @Test
  void smallPagesHoldTheSameLinesAlsoWhereManyPointsShareATime() throws IOException {
    influxd.createDatabase("pages");
    StringBuilder points = new StringBuilder();
    for (int time = 0; time < 40; time++) {
      for (int target = 0; target < (time == 20 ? 30 : 3); target++) {
        points.append(
            "storageTargets,nodeNumID=1,storageTargetID=%d diskSpaceFree=%d %d%n"
                .formatted(target, time, START_NS + time * 1_000_000_000L));
      }
    }
    influxd.write("pages", points.toString());
    assertThat(pull("pages")).isZero();
    List<String> whole = lines("pages");
    assertThat(whole).hasSize(39 * 3 + 30).doesNotHaveDuplicates();

    for (int page : new int[] {2, 3, 7}) {
      Settings.Influx settings = settings("pages", "influx.page-points = " + page, "small" + page);
      PullJob.run(settings, Token.of(settings), Optional.empty(), START.plus(Duration.ofHours(1)));
      assertThat(lines("small" + page)).isEqualTo(whole);
    }
  }

  @Test
  void ofSeveralPoliciesWithAMeasurementTheBucketNamesOne() throws IOException {
    influxd.createDatabase("policies");
    influxd.write("policies", "meta,nodeNumID=1 isResponding=true " + START_NS);
    influxd.write("policies", "autogen", "mem,host=h total=1i " + START_NS);
    String[] hour = {"--until", "2026-11-20T01:00:00Z"};
    assertThat(pull("policies", hour)).as("no measurement is in both").isZero();
    assertThat(lines("policies")).hasSize(2);

    influxd.write("policies", "autogen", "meta,nodeNumID=1 isResponding=false " + (START_NS + 1));
    assertThat(pull("policies", hour)).isEqualTo(UserError.FAILED);
    assertThat(err.toString())
        .contains("has meta in several retention policies of policies: auto, autogen")
        .contains("set chunkopt.influx.bucket to policies/auto");
    assertThat(pull("policies/auto", hour)).isZero();
    assertThat(files("policies"))
        .containsOnlyKeys(
            "policies-20261120T000000Z.lp.gz", "policies_auto-20261120T000000Z.lp.gz");
    assertThat(pull("policies/none")).isEqualTo(UserError.FAILED);
    assertThat(err.toString()).contains("has no retention policy none");
  }

  @Test
  void aKilledPullGoesOnAndEndsWithTheSameFiles() throws Exception {
    influxd.createDatabase("killed");
    writeHours("killed", 0, 48);
    assertThat(pull("killed", "--until", "2026-11-22T00:00:00Z")).isZero();
    Map<String, List<String>> undisturbed = files("killed");
    Path conf = conf("killed", "", "resumed");

    Process child = child(conf);
    try (BufferedReader log = child.errorReader()) {
      long seen = 0;
      while (seen < 3) {
        seen += log.readLine().contains("Pulled 2026") ? 1 : 0;
      }
      child.destroyForcibly();
    }
    assertThat(child.waitFor()).isNotZero();
    Map<String, List<String>> half = files("resumed");
    assertThat(half).hasSizeBetween(3, 47);
    assertThat(undisturbed).containsAllEntriesOf(half);
    Path left = house.resolve("resumed/_killed-20261121T000000Z.lp.gz.unfinished");
    Files.write(left, new byte[] {31, -117});

    Process again = child(conf);
    assertThat(again.waitFor(60, TimeUnit.SECONDS)).as("the JVM ends").isTrue();
    assertThat(again.exitValue()).isZero();
    assertThat(files("resumed")).isEqualTo(undisturbed);
    assertThat(left).doesNotExist();
    for (String name : undisturbed.keySet()) {
      assertThat(house.resolve("resumed").resolve(name))
          .hasSameBinaryContentAs(house.resolve("killed").resolve(name));
    }
  }

  @Test
  void anUnknownDatabaseAndAnEmptyOneAreSentences() throws IOException {
    assertThat(pull("nowhere")).isEqualTo(UserError.FAILED);
    assertThat(err.toString())
        .contains("database not found: nowhere", influxd.url(), "influx.bucket")
        .doesNotContain("\tat ");
    influxd.createDatabase("empty");
    influxd.write("empty", "system,host=h load1=1 " + START_NS);
    assertThat(pull("empty")).isEqualTo(UserError.FAILED);
    assertThat(err.toString()).contains("holds no points of BeeGFS-mon or Telegraf in empty");
  }

  @Test
  void aServerThatAsksForAUserGetsOneAndThePasswordStaysSecret(@TempDir Path other)
      throws IOException {
    try (Influxd guarded = Influxd.start(other, "auth-enabled = true")) {
      guarded.query("create user root with password 'pass word-canary' with all privileges");
      Path secret = house.resolve("password");
      Files.writeString(secret, "pass word-canary\n");
      Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
      String file = "influx { user = root, token-file = \"%s\" }".formatted(secret);

      assertThat(execute(conf("none", url(guarded) + file, "none"))).isEqualTo(UserError.FAILED);
      assertThat(err.toString()).contains("database not found: none");
      Files.writeString(secret, "wrong-canary");
      assertThat(execute(conf("none", url(guarded) + file, "none"))).isEqualTo(UserError.FAILED);
      assertThat(err.toString()).contains("does not accept the token: authorization failed");
      Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
      assertThat(execute(conf("none", url(guarded) + file, "none"))).isEqualTo(UserError.USAGE);
      assertThat(err.toString()).contains("chmod 0600").doesNotContain("canary");
    }
  }

  /** A point a minute of each hour {@code [from, until)} after the start. */
  private static void writeHours(String database, int from, int until) throws IOException {
    StringBuilder points = new StringBuilder();
    IntStream.range(from * 60, until * 60)
        .forEach(
            minute ->
                points.append(
                    "highResStorage,nodeID=s,nodeNumID=1 diskReadBytes=%d,netSendBytes=1 %d%n"
                        .formatted(minute, START_NS + minute * 60_000_000_000L)));
    influxd.write(database, points.toString());
  }

  private int pull(String bucket, String... options) throws IOException {
    String[] range =
        options.length > 0 ? options : new String[] {"--until", "2026-11-20T02:00:00Z"};
    return execute(conf(bucket, "", bucket.replaceAll("/.*", "")), range);
  }

  private int execute(Path conf, String... options) {
    CommandLine line = Main.commandLine(Main.STAGES);
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    List<String> arguments = new ArrayList<>(List.of("pull", "--settings", conf.toString()));
    arguments.addAll(List.of(options));
    return line.execute(arguments.toArray(String[]::new));
  }

  private static Process child(Path conf) throws IOException {
    Path log = Path.of("../conf/log4j2.properties").toAbsolutePath();
    return new ProcessBuilder(
            System.getProperty("java.home") + "/bin/java",
            "-Dlog4j2.configurationFile=" + log,
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "org.chunkopt.Main",
            "pull",
            "--settings",
            conf.toString(),
            "--until",
            "2026-11-22T00:00:00Z")
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private Settings.Influx settings(String bucket, String more) throws IOException {
    return settings(bucket, more, bucket);
  }

  private Settings.Influx settings(String bucket, String more, String directory)
      throws IOException {
    return SettingsReader.read(conf(bucket, more, directory)).influx();
  }

  private Path conf(String bucket, String more, String directory) throws IOException {
    Path conf = house.resolve("site.conf");
    Files.writeString(
        conf,
        """
        chunkopt {
          influx { url = "%s", bucket = "%s", directory = "%s", history = 36500d, retries = 0 }
          %s
        }
        """
            .formatted(influxd.url(), bucket, house.resolve(directory), more));
    return conf;
  }

  private static String url(Influxd server) {
    return "influx.url = \"" + server.url() + "\"\n";
  }

  private Map<String, List<String>> files(String directory) throws IOException {
    Map<String, List<String>> files = PulledFiles.of(house.resolve(directory));
    files.replaceAll((name, lines) -> lines.stream().sorted().toList());
    return files;
  }

  private List<String> lines(String directory) throws IOException {
    return PulledFiles.points(house.resolve(directory)).stream().sorted().toList();
  }
}
