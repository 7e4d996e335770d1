package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.chunkopt.ingest.ParsedExports;
import org.chunkopt.testing.InfluxdTwo;
import org.chunkopt.testing.PulledFiles;
import org.chunkopt.testing.Scripts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A real InfluxDB 2.x, where there is one: pulled from, and exported from its disk. */
class InfluxTwoPullTest {
  private static final String TOKEN = "canary-two";
  private static final long NS = 1795132800000000000L;

  @TempDir Path house;
  private final StringWriter said = new StringWriter();
  private InfluxdTwo influxd;

  @BeforeEach
  void start() throws IOException {
    influxd = InfluxdTwo.start(Files.createDirectories(house.resolve("server")), "mon", TOKEN);
    Files.writeString(house.resolve("token"), TOKEN);
    Files.setPosixFilePermissions(
        house.resolve("token"), PosixFilePermissions.fromString("rw-------"));
  }

  @AfterEach
  void stop() {
    if (influxd != null) {
      influxd.close();
      assertThat(said.toString()).doesNotContain("canary");
    }
  }

  @Test
  void typesAndEscapesSurviveAndASecondPullAddsNewWindowsOnly() throws Exception {
    influxd.write(
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

    influxd.write("meta,nodeNumID=1 isResponding=true " + (NS + 3_600_000_000_000L));
    assertThat(pull("mon", "2026-11-20T03:00:00Z")).as(said.toString()).isZero();
    assertThat(lines()).hasSize(first.size() + 1).containsAll(first);
  }

  @Test
  @DisplayName("the pull and the export from disk hold the same values")
  void thePullAndTheExportFromDiskHoldTheSameValues() throws Exception {
    Random random = new Random(28);
    StringBuilder points = new StringBuilder();
    for (int second = 0; second < 7200; second += 40) {
      long at = NS + second * 1_000_000_000L + random.nextInt(1000);
      for (int node = 1; node < 4; node++) {
        points.append(
            "highResStorage,nodeID=s\\ %1$d,nodeNumID=%1$d diskReadBytes=%2$s,queuedRequests=%3$d %4$d\n"
                .formatted(node, Math.exp(90 * random.nextDouble() - 40), random.nextInt(9), at));
        points.append(
            "storage,nodeID=s\\ %1$d,nodeNumID=%1$d isResponding=%2$s,hostnameid=\"a\nb\\\"%1$d\\\\\" %3$d\n"
                .formatted(node, random.nextBoolean(), at));
      }
      points.append(
          "net,host=h,interface=eth0 bytes_sent=%di %d\n".formatted(random.nextLong(), at));
    }
    influxd.write(points.toString());

    assertThat(pull("mon", "2026-11-20T02:00:00Z", 300)).as(said.toString()).isZero();
    Scripts.Result exported =
        Scripts.run(
            Map.of("PATH", influxd.tools() + ":" + System.getenv("PATH")),
            "export-influx.sh",
            "--output",
            house.resolve("disk").toString(),
            "--bucket-id",
            influxd.bucketId(),
            "--engine",
            influxd.engine().toString(),
            "--from",
            "2026-11-20",
            "--until",
            "2026-11-20");
    assertThat(exported.code()).as(exported.err()).isZero();

    SortedMap<String, String> pulled = ParsedExports.values(house.resolve("out"));
    assertThat(pulled).hasSize(180 * 13);
    Map<String, String> onlyOnDisk = new TreeMap<>(ParsedExports.values(house.resolve("disk")));
    assertThat(onlyOnDisk).hasSameSizeAs(pulled);
    assertThat(onlyOnDisk.entrySet().removeAll(pulled.entrySet())).isTrue();
    assertThat(onlyOnDisk).as("values that differ").isEmpty();
  }

  @Test
  void aBucketThatIsNotThereIsASentence() throws Exception {
    assertThat(pull("nowhere", "2026-11-20T01:00:00Z")).isEqualTo(UserError.FAILED);
    assertThat(said.toString())
        .contains(influxd.url(), "nowhere", "influx.bucket")
        .doesNotContain("\tat ");
  }

  private int pull(String bucket, String until) throws IOException {
    return pull(bucket, until, 2);
  }

  private int pull(String bucket, String until, int pagePoints) throws IOException {
    Path conf = house.resolve("site.conf");
    Files.writeString(
        conf,
        """
        chunkopt.influx {
          url = "%1$s", org = hpc, bucket = "%2$s", token-file = "%3$s/token"
          directory = "%3$s/out", history = 36500d, retries = 0, page-points = %4$d
        }
        """
            .formatted(influxd.url(), bucket, house, pagePoints));
    CommandLine line = Main.commandLine(Main.STAGES);
    line.setOut(new PrintWriter(said, true)).setErr(new PrintWriter(said, true));
    return line.execute("pull", "--settings", conf.toString(), "--until", until);
  }

  private List<String> lines() throws IOException {
    return PulledFiles.points(house.resolve("out"));
  }
}
