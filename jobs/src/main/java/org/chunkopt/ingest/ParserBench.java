package org.chunkopt.ingest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.settings.Settings;

/**
 * Times the parsers on one core, over the head of a site's own files held in memory, beside the
 * floor of cutting the same bytes into lines.
 */
public final class ParserBench {
  private static final long WARM_UP_NANOS = 2_000_000_000L;

  private final InputOpener opener;
  private final SparkSession spark;
  private final Settings settings;
  private final int mostBytes;

  /**
   * The best of some rounds.
   *
   * @param parser name of the parser
   * @param unit what it counts: lines or entries
   * @param bytes of the text
   * @param units in the text
   * @param seconds that the parser took
   * @param floorSeconds that cutting the text into records took
   */
  public record Speed(
      String parser, String unit, long bytes, long units, double seconds, double floorSeconds) {}

  private interface Work {
    /** Reads the text once and returns how many units it holds. */
    long run() throws IOException;
  }

  private ParserBench(SparkSession spark, Settings settings, int mostBytes) {
    this.opener = new InputOpener(spark);
    this.spark = spark;
    this.settings = settings;
    this.mostBytes = mostBytes;
  }

  /**
   * Times the parser of every format that the site's inputs have.
   *
   * @param mostBytes bytes of a format that are read at most
   * @param rounds how often each is timed
   */
  public static List<Speed> run(SparkSession spark, Settings settings, int mostBytes, int rounds) {
    ParserBench bench = new ParserBench(spark, settings, mostBytes);
    List<Speed> speeds = new ArrayList<>();
    try {
      for (MetricsFormat format : MetricsFormat.values()) {
        bench.metrics(format, rounds).ifPresent(speeds::add);
      }
      bench.pair(rounds).ifPresent(speeds::add);
      bench.darshan(rounds).ifPresent(speeds::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return speeds;
  }

  private Optional<Speed> metrics(MetricsFormat format, int rounds) throws IOException {
    for (InputFile file : files(settings.inputs().metrics(), "inputs.metrics")) {
      byte[] text = head(file.path());
      if (!MetricsFormat.of(text).equals(Optional.of(format))) {
        continue;
      }
      Work parse =
          () -> {
            PointParser parser = format.parser(Long.MAX_VALUE, Long.MAX_VALUE, series -> {});
            LineReader lines = lines(text);
            long count = 0;
            while (lines.next()) {
              parser.parse(lines.bytes(), lines.from(), lines.to());
              count++;
            }
            return count;
          };
      Work floor =
          () -> {
            LineReader lines = lines(text);
            long count = 0;
            while (lines.next()) {
              count++;
            }
            return count;
          };
      return Optional.of(speed(format.ledgerName(), "lines", text.length, parse, floor, rounds));
    }
    return Optional.empty();
  }

  private Optional<Speed> pair(int rounds) throws IOException {
    for (Shard shard : Shard.pair(files(settings.inputs().inventory(), "inputs.inventory"))) {
      if (shard.format() != Shard.Format.ENTRYINFO) {
        continue;
      }
      byte[] stat = whole(shard.stat());
      byte[] entries = whole(shard.entries());
      InventorySheets rows = InventorySheets.of(InventorySheets.sheets());
      Work parse =
          () ->
              count(
                      new PairRows(
                          rows,
                          records(stat),
                          ByteRecords.blocks(new ByteArrayInputStream(entries), mostBytes),
                          new LedgerCount(shard.stat(), "inventory", "stat0"),
                          new LedgerCount(shard.entries(), "inventory", "entryinfo")))
                  - 3;
      Work floor =
          () -> {
            long count = cut(ByteRecords.blocks(new ByteArrayInputStream(entries), mostBytes));
            cut(records(stat));
            return count;
          };
      int bytes = stat.length + entries.length;
      return Optional.of(speed("stat0 + entryinfo", "entries", bytes, parse, floor, rounds));
    }
    return Optional.empty();
  }

  private Optional<Speed> darshan(int rounds) throws IOException {
    for (InputFile file : files(settings.inputs().access(), "inputs.access")) {
      byte[] text = head(file.path());
      AccessSheets rows = AccessSheets.of(AccessSheets.sheets());
      byte[] mount = Ascii.bytes(settings.beegfs().mount());
      Work parse =
          () -> {
            LedgerCount count = new LedgerCount(file.path(), "access", "darshan-parser");
            count(new AccessRows(rows, textLines(text), count, mount));
            return count.lines;
          };
      Work floor = () -> cut(textLines(text));
      return Optional.of(speed("darshan-parser", "lines", text.length, parse, floor, rounds));
    }
    return Optional.empty();
  }

  private static Speed speed(
      String parser, String unit, long bytes, Work parse, Work floor, int rounds)
      throws IOException {
    double best = Double.MAX_VALUE;
    double bestFloor = Double.MAX_VALUE;
    long units = 0;
    // A small file is read many times before the compiler has seen enough of it.
    long warm = System.nanoTime() + WARM_UP_NANOS;
    while (System.nanoTime() < warm) {
      parse.run();
      floor.run();
    }
    // Alternately, so that a noisy machine treats both alike.
    for (int round = 0; round < rounds; round++) {
      long start = System.nanoTime();
      units = parse.run();
      long middle = System.nanoTime();
      floor.run();
      long end = System.nanoTime();
      best = Math.min(best, (middle - start) / 1e9);
      bestFloor = Math.min(bestFloor, (end - middle) / 1e9);
    }
    return new Speed(parser, unit, bytes, units, best, bestFloor);
  }

  private List<InputFile> files(List<String> patterns, String key) {
    return patterns.isEmpty() ? List.of() : InputFiles.resolve(spark, patterns, key);
  }

  /** The first bytes of the file, to the end of a line. */
  private byte[] head(String file) throws IOException {
    try (InputStream in = opener.open(file)) {
      byte[] bytes = in.readNBytes(mostBytes);
      int end = bytes.length;
      while (end > 0 && bytes[end - 1] != '\n') {
        end--;
      }
      return java.util.Arrays.copyOf(bytes, end);
    }
  }

  private byte[] whole(String file) throws IOException {
    try (InputStream in = opener.open(file)) {
      return in.readAllBytes();
    }
  }

  private LineReader lines(byte[] text) {
    return new LineReader(new ByteArrayInputStream(text), 0, settings.ingest().maxLineBytes());
  }

  private ByteRecords textLines(byte[] text) {
    return ByteRecords.lines(new ByteArrayInputStream(text), settings.ingest().maxLineBytes());
  }

  private ByteRecords records(byte[] stat) {
    return ByteRecords.nulTerminated(new ByteArrayInputStream(stat), mostBytes);
  }

  private static long count(Iterator<Row> rows) {
    long count = 0;
    while (rows.hasNext()) {
      rows.next();
      count++;
    }
    return count;
  }

  private static long cut(ByteRecords records) throws IOException {
    long count = 0;
    while (records.next()) {
      count++;
    }
    return count;
  }
}
