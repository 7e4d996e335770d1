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
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  @Test
  @DisplayName("field/01: the lines of a quoted text are no points, wherever the file is split")
  void newlinesOfATextEndNoRecord() throws IOException {
    byte[] export = FieldCase.metrics("01-newline-in-text-field");
    Read whole = read(export, export.length);
    assertThat(whole.rejects()).isEmpty();
    assertThat(whole.lines()).isEqualTo(lines(export));
    assertThat(whole.counts()[5]).as("200 texts of five lines").isEqualTo(1000);
    for (int split : new int[] {3_001, 50_021, 123_457}) {
      assertThat(read(export, split).counts()).as("split %d", split).isEqualTo(whole.counts());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "docker_log,host=h message=\"%s\" 1795453975764000000\n",
        "docker_log,host=h a=1i,message=\"%s\",z=\"x\ny\" 1795453975764000000\n",
        "storage,nodeID=s1,nodeNumID=1 note=\"%s\",isResponding=true 1795453975764000000\n"
      })
  @DisplayName("a text whose lines look like points writes none, wherever the file is split")
  void aTextWritesNoPoint(String record) throws IOException {
    String evil = "highResStorage,nodeID=s1,nodeNumID=1 diskReadBytes=9e9 1795453975764000000\n";
    // Written so that its lines have the shape of records if a reader begins within it.
    String text = ",x=1 5\n" + evil.repeat(3) + "\\\\\n\\\"" + evil + "# c\n\nm f=";
    String good = "highResStorage,nodeID=s1,nodeNumID=1 diskReadBytes=1 1795453975764000000\n";
    byte[] export =
        (good + record.formatted(text) + record.formatted(text) + good)
            .getBytes(StandardCharsets.UTF_8);
    Read whole = read(export, export.length);
    long used = record.startsWith("storage") ? 4 : 2;
    assertThat(whole.accepted()).isEqualTo(used);
    assertThat(whole.points()).isEqualTo(used);
    assertThat(whole.rejects()).isEmpty();
    assertThat(whole.sum()).isEqualTo(whole.lines()).isEqualTo(lines(export));
    for (int split = 1; split < export.length; split += 31) {
      assertThat(read(export, split).counts()).as("split %d", split).isEqualTo(whole.counts());
    }
  }

  @Test
  @DisplayName(
      "the first record of a split is found from before it, also in a text made to mislead")
  void theFirstRecordOfASplitIsFoundFromAnywhere() throws IOException {
    String evil = "highResStorage,nodeID=s1,nodeNumID=1 diskReadBytes=9 1795453975764000000\n";
    String misleading = "log,h=a m=\",x=1 5\n" + evil + "m f=\" 1795453975764000000\n";
    String plain = "log,h=a m=\"one\n two \\\" three\n\" 1795453975764000000\n" + evil;
    String export = evil + (plain + misleading.repeat(20)).repeat(3) + evil;
    byte[] bytes = export.getBytes(StandardCharsets.UTF_8);
    Path file = Files.write(directory.resolve("export"), bytes);
    List<Long> starts = new ArrayList<>();
    for (int at = 0; at < bytes.length; at = export.indexOf("\n", end(export, at)) + 1) {
      starts.add((long) at);
    }
    try (FSDataInputStream in =
        FileSystem.getLocal(new Configuration(false))
            .open(new org.apache.hadoop.fs.Path(file.toUri()))) {
      for (long start = 1; start < bytes.length; start++) {
        long from = start;
        long expected =
            starts.stream().filter(at -> at >= from).findFirst().orElse((long) bytes.length);
        assertThat(RecordStart.find(in, start, 1 << 20, 100))
            .as("from %d", start)
            .isEqualTo(expected);
      }
    }
  }

  /** Where the text of the record that begins at {@code at} ends, else {@code at}. */
  private static int end(String export, int at) {
    if (!export.startsWith("log", at)) {
      return at;
    }
    int quote = export.indexOf('"', export.indexOf('"', at) + 1);
    while (export.charAt(quote - 1) == '\\') {
      quote = export.indexOf('"', quote + 1);
    }
    return quote;
  }

  @Test
  void aFileThatEndsWithinATextIsCutOff() throws IOException {
    String export =
        "log,h=a m=\"one\nhighResStorage,nodeID=s1,nodeNumID=1 diskReadBytes=9 1795453975764000000\nxy";
    Read read = read(export.getBytes(StandardCharsets.UTF_8), 1 << 20);
    assertThat(read.accepted()).isZero();
    assertThat(read.rejects()).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource(
      value = MetricsFormat.class,
      names = {"INFLUXQL_CSV", "ANNOTATED_CSV"})
  void newlinesOfATextEndNoRowOfCsv(MetricsFormat format) throws IOException {
    String row =
        format == MetricsFormat.INFLUXQL_CSV
            ? "name,time,hostnameid,nodeID,nodeNumID\nstorage,1795453975764000000,%s,s1,1\n"
            : ",result,table,_time,_value,_field,_measurement,nodeID,nodeNumID\n"
                + ",,0,2026-11-23T17:06:15Z,%s,hostnameid,storage,s1,1\n";
    String text = "\"a \"\"b\"\"\nname,time\n\nc\"";
    Read read = read(row.formatted(text).getBytes(StandardCharsets.UTF_8), 1 << 20);
    assertThat(read.counts()).containsExactly(5, 1, 0, 1, 0, 3);
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
      } else if (!row.isNullAt(2)) {
        format = row.getStruct(2).getString(1);
        for (int i = 0; i < counts.length; i++) {
          counts[i] += row.getStruct(2).getLong(3 + i);
        }
      }
    }
    return new Read(format, counts, rejects, points);
  }
}
