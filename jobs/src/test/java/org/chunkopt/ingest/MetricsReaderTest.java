package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MetricsReaderTest {
  private static final int MOST_LINE_BYTES = 20_000;
  private static final String LINES =
      new String(Samples.bytes("site/metrics/beegfs_mon.window.lp"), StandardCharsets.UTF_8);

  @TempDir private Path directory;

  /** What a file came to: the sums of its ledgers, its rejects and its points. */
  private record Read(String format, long[] counts, List<byte[]> rejects, long points) {
    long lines() {
      return counts[0];
    }

    long sum() {
      return Arrays.stream(counts).sum() - lines();
    }

    long accepted() {
      return counts[1];
    }
  }

  @ParameterizedTest
  @Tag("R9")
  @DisplayName("R9: every line of a damaged file is counted once, in each format")
  @EnumSource(MetricsFormat.class)
  void everyLineOfADamagedFileIsCountedOnce(MetricsFormat format) throws IOException {
    byte[] whole = text(format).getBytes(StandardCharsets.UTF_8);
    Read undamaged = read(whole, whole.length);
    assertThat(undamaged.format()).isEqualTo(format.ledgerName());
    assertThat(undamaged.accepted()).isPositive();
    Random random = new Random(20261124);
    for (int round = 0; round < 120; round++) {
      byte[] damaged = damage(whole, random);
      Read read = read(damaged, 1 + random.nextInt(damaged.length));
      assertThat(read.sum()).as("sum of round %d", round).isEqualTo(read.lines());
      if (!read.format().equals("unknown")) {
        assertThat(read.lines()).as("lines of round %d", round).isEqualTo(lines(damaged));
        assertThat(read.rejects()).as("rejects of round %d", round).hasSize((int) read.counts()[2]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(MetricsFormat.class)
  void splitsAndGzipChangeNothing(MetricsFormat format) throws IOException {
    byte[] whole = text(format).getBytes(StandardCharsets.UTF_8);
    Read once = read(whole, whole.length);
    for (int split : new int[] {1000, 4097, whole.length - 1}) {
      Read split3 = read(whole, split);
      assertThat(split3.counts()).isEqualTo(once.counts());
      assertThat(split3.points()).isEqualTo(once.points());
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(whole);
    }
    Read gzipped = read(packed.toByteArray(), 500);
    assertThat(gzipped.counts()).isEqualTo(once.counts());
    assertThat(gzipped.points()).isEqualTo(once.points());
  }

  @ParameterizedTest
  @EnumSource(MetricsFormat.class)
  void damageToOneLineCostsNoOther(MetricsFormat format) throws IOException {
    byte[] whole = text(format).getBytes(StandardCharsets.UTF_8);
    Read undamaged = read(whole, whole.length);
    List<String> lines = new ArrayList<>(text(format).lines().toList());
    // Not a header, on which the rows below depend.
    int victim = lines.size() / 2;
    while (lines.get(victim - 1).startsWith("#") || lines.get(victim - 1).isEmpty()) {
      victim++;
    }
    lines.set(victim, "\0\0" + lines.get(victim).substring(7));
    Read read = read((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8), 1 << 30);
    assertThat(read.accepted()).isBetween(undamaged.accepted() - 1, undamaged.accepted());
    assertThat(read.lines()).isEqualTo(undamaged.lines());
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstLine() throws IOException {
    String line = "highResStorage,nodeID=s1,nodeNumID=1 workRequests=1 1795453975764000000\n";
    assertThat(read(("\ufeff" + line).getBytes(StandardCharsets.UTF_8), 100).accepted())
        .isEqualTo(1);
    String csv = "name,tags,time,workRequests,nodeID,nodeNumID\n";
    String row = "highResStorage,,1795453975764000000,1,s1,1\n";
    assertThat(read(("\ufeff" + csv + row).getBytes(StandardCharsets.UTF_8), 10).accepted())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @Tag("R9")
  @DisplayName("R9: a line that is too long is one reject")
  @EnumSource(MetricsFormat.class)
  void aLineThatIsTooLongIsOneReject(MetricsFormat format) throws IOException {
    String text = text(format);
    Read before = read(text.getBytes(StandardCharsets.UTF_8), 1 << 30);
    String longLine = "x".repeat(3 * MOST_LINE_BYTES) + "\n";
    Read read = read((text + longLine).getBytes(StandardCharsets.UTF_8), 1 << 30);
    assertThat(read.lines()).isEqualTo(before.lines() + 1);
    assertThat(read.counts()[2]).isEqualTo(before.counts()[2] + 1);
    assertThat(read.accepted()).isEqualTo(before.accepted());
  }

  private static String text(MetricsFormat format) {
    return switch (format) {
      case LINE_PROTOCOL -> LINES;
      case INFLUXQL_CSV ->
          new String(Samples.bytes("influx/two-statements.csv"), StandardCharsets.UTF_8)
              + "\n"
              + new String(Samples.bytes("influx/storage.csv"), StandardCharsets.UTF_8);
      case ANNOTATED_CSV -> AnnotatedText.of(LINES);
    };
  }

  /** Bytes changed, cut out, doubled or put in, newlines among them. */
  private static byte[] damage(byte[] whole, Random random) {
    byte[] damaged = whole.clone();
    for (int wound = 0; wound < 30; wound++) {
      int at = 100 + random.nextInt(damaged.length - 100);
      int length = Math.min(random.nextInt(300), damaged.length - at);
      switch (random.nextInt(6)) {
        case 0 -> damaged[at] = (byte) random.nextInt(256);
        case 1 -> damaged = joined(damaged, at, new byte[0], at + length);
        case 2 -> damaged = joined(damaged, at, Arrays.copyOfRange(damaged, at, at + length), at);
        case 3 -> damaged = joined(damaged, at, new byte[random.nextInt(50)], at);
        case 4 -> damaged[at] = '\n';
        default -> damaged = joined(damaged, at, "\r\n,\"".getBytes(StandardCharsets.UTF_8), at);
      }
    }
    return random.nextInt(4) == 0
        ? Arrays.copyOf(damaged, 200 + random.nextInt(damaged.length - 200))
        : damaged;
  }

  private static byte[] joined(byte[] bytes, int to, byte[] between, int from) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, to);
    out.writeBytes(between);
    out.write(bytes, from, bytes.length - from);
    return out.toByteArray();
  }

  private static long lines(byte[] bytes) {
    long newlines = 0;
    for (byte b : bytes) {
      newlines += b == '\n' ? 1 : 0;
    }
    return newlines + (bytes.length > 0 && bytes[bytes.length - 1] != '\n' ? 1 : 0);
  }

  private Read read(byte[] bytes, int splitBytes) throws IOException {
    Path file = Files.write(directory.resolve("metrics"), bytes);
    List<MetricsSplit> splits = new ArrayList<>();
    for (long start = 0; start == 0 || start < bytes.length; start += splitBytes) {
      long end = Math.min(bytes.length, start + splitBytes);
      splits.add(new MetricsSplit(0, file.toUri().toString(), start, end));
    }
    Iterator<Row> rows =
        new MetricsReader(
            splits.iterator(), new Configuration(false), MOST_LINE_BYTES, Long.MAX_VALUE);
    long[] counts = new long[6];
    List<byte[]> rejects = new ArrayList<>();
    String format = "";
    long points = 0;
    while (rows.hasNext()) {
      Row row = rows.next();
      if (!row.isNullAt(0)) {
        points += new PackedPoints((byte[]) row.getStruct(0).get(9)).count();
      } else if (!row.isNullAt(1)) {
        rejects.add(row.getStruct(1).getAs(2));
      } else {
        format = row.getStruct(2).getString(1);
        for (int i = 0; i < counts.length; i++) {
          counts[i] += row.getStruct(2).getLong(3 + i);
        }
      }
    }
    return new Read(format, counts, rejects, points);
  }
}
