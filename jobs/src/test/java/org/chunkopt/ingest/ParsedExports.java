package org.chunkopt.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** What ingest reads out of gzipped exports. */
public final class ParsedExports {
  private ParsedExports() {}

  /** Value by series, field and time of all files that inputs would take. */
  public static SortedMap<String, String> values(Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> entries = Files.list(directory)) {
      entries.filter(file -> !file.getFileName().toString().startsWith("_")).forEach(files::add);
    }
    SortedMap<String, String> values = new TreeMap<>();
    for (Path file : files) {
      try (var in = new GZIPInputStream(Files.newInputStream(file))) {
        LineProtocol parser = new LineProtocol(Long.MAX_VALUE, series -> {});
        LineReader lines = new LineReader(in, 0, 1 << 22);
        while (lines.next()) {
          QuotedText.join(lines, MetricsFormat.LINE_PROTOCOL);
          PointParser.Outcome outcome = parser.parse(lines.bytes(), lines.from(), lines.to());
          if (outcome == PointParser.Outcome.REJECTED) {
            throw new IOException(file + ": " + parser.point().detail());
          }
          if (outcome == PointParser.Outcome.ACCEPTED) {
            add(parser.point(), values);
          }
        }
      }
    }
    return values;
  }

  private static void add(Point point, SortedMap<String, String> values) {
    for (int i = 0; i < point.count(); i++) {
      String field = point.series().fields[point.field(i)].name();
      values.put(
          point.series().key() + " " + field + " " + point.time(),
          point.text(i) == null ? Double.toString(point.value(i)) : point.text(i));
    }
  }
}
