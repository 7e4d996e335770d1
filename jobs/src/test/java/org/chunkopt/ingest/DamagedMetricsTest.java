package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Spark.class)
class DamagedMetricsTest {
  private static final String GOOD =
      "highResStorage,nodeID=s1,nodeNumID=1 workRequests=1 1795454040000000000\n";

  @TempDir Path house;
  private MetricsSite site;

  @BeforeEach
  void layOutTheSite() throws IOException {
    site = new MetricsSite(house);
  }

  @Test
  @Tag("R9")
  @DisplayName(
      "R9: of 100,000 lines one in a hundred is damaged: each is a reject, the rest is as without them")
  void damagedLinesCostNoOther(SparkSession spark) throws IOException {
    List<byte[]> damages = new ArrayList<>();
    ByteArrayOutputStream damaged = new ByteArrayOutputStream();
    ByteArrayOutputStream clean = new ByteArrayOutputStream();
    Map<Long, byte[]> at = new HashMap<>();
    Random random = new Random(9);
    // A byte order mark begins the file, and comments, blank lines and CRLF are no damage.
    damaged.writeBytes(bytes("\ufeff# INFLUXDB EXPORT\n\n"));
    List<String> fields =
        List.of("workRequests", "diskReadBytes", "diskWriteBytes", "netSendBytes", "netRecvBytes");
    for (int second = 0; second < 5000; second++) {
      for (int server = 1; server <= 4; server++) {
        for (String field : fields) {
          String line =
              "highResStorage,nodeID=storage0%1$d,nodeNumID=%1$d %2$s=%3$d %4$d000000000"
                  .formatted(server, field, random.nextInt(1 << 30), 1_795_454_040L + second);
          if (random.nextInt(100) == 0) {
            byte[] broken = damage(line, field, damages.size(), random);
            damages.add(broken);
            at.put((long) damaged.size(), broken);
            damaged.writeBytes(broken);
            damaged.write('\n');
          } else {
            byte[] whole = bytes(line + (random.nextInt(50) == 0 ? "\r\n" : "\n"));
            damaged.writeBytes(whole);
            clean.writeBytes(whole);
          }
        }
      }
    }
    site.write("a.lp", damaged.toByteArray());
    MetricsSite.Read read = site.ingest(spark);
    Row ledger = read.one(Tables.INGEST_LEDGER, "kind = 'metrics'");
    assertThat(ledger.<Long>getAs("lines")).isEqualTo(100_002);
    assertThat(ledger.<Long>getAs("bytes")).isEqualTo(damaged.size());
    assertThat(ledger.<Long>getAs("accepted")).isEqualTo(100_000 - damages.size());
    assertThat(ledger.<Long>getAs("rejected")).isEqualTo(damages.size());
    assertThat(ledger.<Long>getAs("comments") + ledger.<Long>getAs("blanks")).isEqualTo(2);
    assertThat(ledger.<Long>getAs("unknown") + ledger.<Long>getAs("duplicates")).isZero();
    List<Row> rejects = read.tables().read(spark, Tables.REJECTS).collectAsList();
    assertThat(rejects).hasSameSizeAs(damages).hasSizeGreaterThan(900);
    for (Row reject : rejects) {
      byte[] line = at.get(reject.<Long>getAs("byte_offset"));
      assertThat(reject.<byte[]>getAs("raw"))
          .as(reject.<String>getAs("reason"))
          .isEqualTo(Arrays.copyOf(line, Math.min(line.length, LineReader.RAW_BYTES)));
      assertThat(reject.<String>getAs("detail")).endsWith(".");
    }
    assertThat(read.texts(Tables.REJECTS, "true", "reason").stream().distinct())
        .containsExactly(
            "BAD_NUMBER",
            "COUNTER_RESET",
            "LINE_TOO_LONG",
            "MALFORMED",
            "MISSING_KEY",
            "WRONG_TYPE");

    site.write("a.lp", clean.toByteArray());
    MetricsSite.Read without = site.ingest(spark);
    for (Table table : MetricsInput.TABLES) {
      assertThat(read.rows(table)).as(table.name()).isEqualTo(without.rows(table));
    }
    assertThat(read.count(Tables.NODE_MINUTES, "true")).isEqualTo(4 * 84);
  }

  /** The line without its newline, broken in one of the ways that exports break. */
  private static byte[] damage(String line, String field, int kind, Random random) {
    if (kind == 7) {
      return bytes(line.replace("nodeID=", "nodeID=" + "x".repeat(10 << 20)));
    }
    int begin = line.indexOf(' ') + 1;
    String head = line.substring(0, begin) + field + "=";
    String time = line.substring(line.lastIndexOf(' '));
    return switch (kind % 13) {
      case 0 -> bytes(line.substring(0, line.length() - 1 - random.nextInt(25)));
      case 1 -> bytes(line.replace(" " + field, "\\ " + field));
      case 2 -> bytes(line.replace("storage0", "storage 0"));
      case 3 -> bytes(head + "NaN" + time);
      case 4 -> bytes(head + "-Inf" + time);
      case 5 -> bytes(head + "1e400" + time);
      case 6 -> bytes(head + "99999999999999999999i" + time);
      case 7 -> bytes(head + "1\0" + time);
      case 8 -> (head + "1\u00b2" + time).getBytes(StandardCharsets.ISO_8859_1);
      case 9 -> bytes(head + "\"12\"" + time);
      case 10 -> bytes("storageClientOpsByUser,user=7 B-wr=1.8446744073709552e+19" + time);
      case 11 -> bytes(line.replaceFirst(",nodeNumID=.", ""));
      default -> bytes(head + "\"never closed" + time);
    };
  }

  @Test
  @Tag("R11")
  @DisplayName("R11: damaged, empty and foreign files are one ledger row each, and the run goes on")
  void damagedContainersAreNamed(SparkSession spark) throws IOException {
    byte[] whole = MetricsSite.gzip(GOOD.repeat(1000));
    site.write("a-good.lp", GOOD);
    site.write("b-cut.lp.gz", Arrays.copyOf(whole, whole.length / 2));
    byte[] wrongSum = whole.clone();
    wrongSum[whole.length - 8] ^= 1;
    site.write("c-sum.lp.gz", wrongSum);
    byte[] wrongBlock = whole.clone();
    Arrays.fill(wrongBlock, 12, 40, (byte) 0xff);
    site.write("d-block.lp.gz", wrongBlock);
    site.write("e-head.lp.gz", Arrays.copyOf(whole, 5));
    site.write("f-empty.lp", "");
    site.write("g-empty.lp.gz", MetricsSite.gzip(""));
    site.write("h-foreign.lp", "PK\3\4 no metrics at all\n");
    Files.createDirectories(site.metrics("i-directory.lp"));
    site.write("i-directory.lp/inner.lp", GOOD.replace("nodeNumID=1", "nodeNumID=2"));

    MetricsSite.Read read = site.ingest(spark, "ingest.max-reject-fraction = 1");
    assertThat(
            read.texts(
                Tables.INGEST_LEDGER,
                "kind = 'metrics'",
                "concat_ws(' ', regexp_extract(source_file, '[^/]+$', 0), format, lines, accepted,"
                    + " rejected)"))
        .containsExactly(
            "a-good.lp line-protocol 1 1 0",
            "b-cut.lp.gz unreadable 1 0 1",
            "c-sum.lp.gz unreadable 1 0 1",
            "d-block.lp.gz unreadable 1 0 1",
            "e-head.lp.gz unreadable 1 0 1",
            "f-empty.lp line-protocol 0 0 0",
            "g-empty.lp.gz line-protocol 0 0 0",
            "h-foreign.lp unknown 1 0 1",
            "inner.lp line-protocol 1 1 0");
    assertThat(
            read.texts(
                Tables.REJECTS,
                "true",
                "regexp_extract(source_file, '[^/]+$', 0) || ' ' || reason"))
        .containsExactly(
            "b-cut.lp.gz UNREADABLE_FILE",
            "c-sum.lp.gz UNREADABLE_FILE",
            "d-block.lp.gz UNREADABLE_FILE",
            "e-head.lp.gz UNREADABLE_FILE",
            "h-foreign.lp UNKNOWN_FORMAT");
    assertThat(read.texts(Tables.REJECTS, "true", "detail")).allMatch(text -> text.length() > 10);
    assertThat(read.texts(Tables.NODE_MINUTES, "true", "node_num_id")).containsExactly("1", "2");
    assertThat(read.warnings()).anyMatch(text -> text.startsWith("4 input files were left out"));
  }

  @Test
  @Tag("R11")
  @DisplayName("R11: a file that vanishes during the run is one reject and is not tried again")
  void aVanishedFileIsOneReject() {
    assertUnreadable(site.metrics("gone.lp"));
  }

  @Test
  @Tag("R11")
  @DisplayName("R11: a directory that takes the place of a file is one reject")
  void aDirectoryInPlaceOfAFileIsOneReject() throws IOException {
    assertUnreadable(Files.createDirectory(site.metrics("was-a-file.lp")));
  }

  @Test
  @Tag("R11")
  @DisplayName("R11: a file that may not be read is one reject")
  void aForbiddenFileIsOneReject() throws IOException {
    Path file = Files.writeString(site.metrics("forbidden.lp"), GOOD);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeThat(Files.isReadable(file)).as("root reads everything").isFalse();
    assertUnreadable(file);
  }

  private static void assertUnreadable(Path file) {
    Iterator<Row> rows =
        new MetricsReader(
            List.of(new MetricsSplit(3, file.toUri().toString(), 0, 100)).iterator(),
            new Configuration(false),
            1000,
            Long.MAX_VALUE);
    Row ledger = rows.next().getStruct(MetricsReader.LEDGER);
    assertThat(ledger.getInt(0)).isEqualTo(3);
    assertThat(ledger.getString(1)).isEqualTo(MetricsReader.UNREADABLE);
    assertThat(ledger.getString(9))
        .startsWith("The file: ")
        .contains(file.getFileName().toString());
    assertThat(rows.hasNext()).isFalse();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
