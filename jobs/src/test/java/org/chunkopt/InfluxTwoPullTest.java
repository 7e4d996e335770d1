package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chunkopt.testing.PulledFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Pulls from a real InfluxDB 2.x, where one is installed. */
class InfluxTwoPullTest {
  private static final Pattern LISTENING =
      Pattern.compile("Listening.*addr\"?[=:]\\s*\"?([0-9.:]+)");
  private static final String TOKEN = "canary-two";
  private static final long NS = 1795132800000000000L;

  @TempDir Path house;
  private final StringWriter said = new StringWriter();
  private Process influxd;
  private String url;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    assumeTrue(
        isTwo(),
        "There is no influxd 2.x on the PATH: install the package influxdb2 of influxdata.");
    influxd =
        new ProcessBuilder(
                "influxd",
                "--bolt-path=" + house.resolve("bolt"),
                "--sqlite-path=" + house.resolve("sqlite"),
                "--engine-path=" + house.resolve("engine"),
                "--http-bind-address=127.0.0.1:0",
                "--reporting-disabled")
            .redirectErrorStream(true)
            .start();
    BufferedReader log = influxd.inputReader();
    for (String line = log.readLine(); url == null; line = log.readLine()) {
      assertThat(line).as("influxd ended before it listened").isNotNull();
      Matcher listening = LISTENING.matcher(line);
      if (listening.find()) {
        url = "http://" + listening.group(1);
      }
    }
    Thread drain = new Thread(() -> log.lines().forEach(line -> {}), "influxd log");
    drain.setDaemon(true);
    drain.start();
    post(
        "/api/v2/setup",
        "{\"username\":\"me\",\"password\":\"password\",\"org\":\"hpc\",\"bucket\":\"mon\",\"token\":\"%s\"}"
            .formatted(TOKEN));
    Files.writeString(house.resolve("token"), TOKEN);
    Files.setPosixFilePermissions(
        house.resolve("token"), PosixFilePermissions.fromString("rw-------"));
  }

  @AfterEach
  void stop() {
    if (influxd != null) {
      influxd.destroy();
      influxd.onExit().join();
      assertThat(said.toString()).doesNotContain("canary");
    }
  }

  @Test
  void typesAndEscapesSurviveAndASecondPullAddsNewWindowsOnly() throws Exception {
    post(
        "/api/v2/write?org=hpc&bucket=mon",
        """
        storage,nodeID=meta02\\ rack\\=B\\,u7,nodeNumID=2 isResponding=true,hostnameid="a \\"q\\"",diskSpaceTotal=8.216080384e+09 %1$d
        storage,nodeNumID=3 isResponding=false %1$d
        storageClientOpsByNode,node=fe80::1 B-rd=1.8446744073709552e+19 %1$d
        mem,host=h1 total=9223372036854775807i,available_percent=12.5,slab=1i %2$d
        """
            .formatted(NS, NS + 3_599_999_999_999L));

    assertThat(pull("mon", "2026-11-20T01:00:00Z")).as(said.toString()).isZero();
    List<String> first =
        List.of(
            "mem,host=h1 available_percent=12.5,total=9223372036854775807i "
                + (NS + 3_599_999_999_999L),
            "storage,nodeID=meta02\\ rack\\=B\\,u7,nodeNumID=2 diskSpaceTotal=8.216080384E9,"
                + "hostnameid=\"a \\\"q\\\"\",isResponding=true "
                + NS,
            "storage,nodeNumID=3 isResponding=false " + NS,
            "storageClientOpsByNode,node=fe80::1 B-rd=1.8446744073709552E19 " + NS);
    assertThat(lines()).containsExactlyInAnyOrderElementsOf(first);

    post(
        "/api/v2/write?org=hpc&bucket=mon",
        "meta,nodeNumID=1 isResponding=true " + (NS + 3_600_000_000_000L));
    assertThat(pull("mon", "2026-11-20T03:00:00Z")).as(said.toString()).isZero();
    assertThat(lines()).hasSize(first.size() + 1).containsAll(first);
  }

  @Test
  void aBucketThatIsNotThereIsASentence() throws Exception {
    assertThat(pull("nowhere", "2026-11-20T01:00:00Z")).isEqualTo(UserError.FAILED);
    assertThat(said.toString()).contains(url, "nowhere", "influx.bucket").doesNotContain("\tat ");
  }

  private static boolean isTwo() throws IOException {
    try {
      Process version = new ProcessBuilder("influxd", "version").start();
      return new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .matches("(?s)InfluxDB v?2\\..*");
    } catch (IOException e) {
      return false;
    }
  }

  private void post(String path, String body) throws IOException, InterruptedException {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url + path))
                    .header("Authorization", "Token " + TOKEN)
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
  }

  private int pull(String bucket, String until) throws IOException {
    Path conf = house.resolve("site.conf");
    Files.writeString(
        conf,
        """
        chunkopt.influx {
          url = "%1$s", org = hpc, bucket = "%2$s", token-file = "%3$s/token"
          directory = "%3$s/out", history = 36500d, retries = 0, page-points = 2
        }
        """
            .formatted(url, bucket, house));
    CommandLine line = Main.commandLine(Main.STAGES);
    line.setOut(new PrintWriter(said, true)).setErr(new PrintWriter(said, true));
    return line.execute("pull", "--settings", conf.toString(), "--until", until);
  }

  private List<String> lines() throws IOException {
    return PulledFiles.points(house.resolve("out"));
  }
}
