package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random damage, seeded: every line is accounted for, and what is undamaged reads as before. */
class DamagedLogsTest {
  private static final int CASES = 400;
  private static final int MAX_LINE_BYTES = 1 << 17;

  /** A line, whether it is as it was written, and what it says something of. */
  private record Line(byte[] bytes, boolean whole, String subject) {}

  @Test
  @Tag("R9")
  @DisplayName("R9: 400 seeded damages of Darshan text lose no line and change no other file")
  void darshanTextIsAccountedForWhateverItsDamage() {
    List<Line> lines = new ArrayList<>();
    DarshanTextTest.header().lines().forEach(line -> lines.add(line(line, "")));
    for (int file = 0; file < 12; file++) {
      String path = "/" + "abcdefghijkl".charAt(file) + "-file-" + file * 7919;
      for (int counter = 0; counter < 8; counter++) {
        String name =
            List.of(
                    "OPENS",
                    "READS",
                    "BYTES_READ",
                    "MODE",
                    "F_READ_TIME",
                    "SEQ_READS",
                    "F_META_TIME",
                    "ACCESS1_COUNT")
                .get(counter);
        String text =
            DarshanTextTest.record(
                file % 3 == 0 ? "-1" : "0", "9" + file * 31, path, "POSIX_" + name, "" + file * 3);
        lines.add(line(text.strip(), path));
      }
    }
    check(
        lines,
        LogRows::ofAccess,
        Tables.ACCESS,
        row -> (String) row.get("path"),
        "opens",
        "reads",
        "bytes_read",
        "sequential_reads");
  }

  @Test
  @Tag("R9")
  @DisplayName("R9: 400 seeded damages of events lose no line and change no other file")
  void eventsOfBothFormatsAreAccountedForWhateverTheirDamage() {
    List<Line> lines = new ArrayList<>();
    for (int file = 0; file < 40; file++) {
      String id = file + "-" + file * 7919 + "-1";
      lines.add(line(EventRowsTest.v7("Read", "\\/a\\/" + file, id, file).strip(), id));
      String v8 = EventRowsTest.v8("OpenWrite", "/b/" + file, file).replace("1-A-1", id + "8");
      lines.add(line(v8.strip(), id + "8"));
    }
    check(
        lines,
        LogRows::ofAccess,
        AccessSheets.COUNTED,
        row -> (String) row.get("entry_id"),
        "path",
        "day",
        "open_reads",
        "open_writes",
        "first_event");
  }

  @Test
  @Tag("R9")
  @DisplayName("R9: 400 seeded damages of a sweep lose no line and change no other row")
  void sweepsAreAccountedForWhateverTheirDamage() {
    List<Line> lines = new ArrayList<>();
    for (int row = 0; row < 40; row++) {
      String path = "/sweep/" + row * 7919;
      lines.add(line(SweepCsvTest.GOOD.replaceFirst("/a", path).strip(), path));
    }
    byte[] header = SweepCsvTest.HEADER.getBytes(StandardCharsets.US_ASCII);
    check(
        lines,
        bytes -> {
          byte[] all = Arrays.copyOf(header, header.length + bytes.length);
          System.arraycopy(bytes, 0, all, header.length, bytes.length);
          return SweepCsvTest.rows(all);
        },
        Tables.SWEEPS,
        row -> (String) row.get("path"),
        "chunk_bytes",
        "throughput_mib_s",
        "source");
  }

  private static void check(
      List<Line> original,
      Function<byte[], LogRows> parser,
      Table table,
      Function<Map<String, Object>, String> subject,
      String... columns) {
    Map<String, List<Object>> expected =
        values(parser.apply(text(original, "\n")), table, subject, columns);
    int kept = 0;
    for (int seed = 0; seed < CASES; seed++) {
      Random random = new Random(seed);
      List<Line> damaged = damaged(original, random);
      byte[] bytes = text(damaged, random.nextInt(4) == 0 ? "\r\n" : "\n");
      LogRows rows = parser.apply(bytes);
      rows.requireBalance();
      Map<String, List<Object>> actual = values(rows, table, subject, columns);
      Set<String> wholes = wholeSubjects(original, damaged);
      if (table == Tables.ACCESS) {
        wholes.removeAll(interrupted(damaged));
      }
      for (String whole : wholes) {
        assertThat(actual.get(whole)).as("seed %d, %s", seed, whole).isEqualTo(expected.get(whole));
        kept++;
      }
    }
    assertThat(kept).as("undamaged records compared").isGreaterThan(CASES * 5);
  }

  private static List<Line> damaged(List<Line> original, Random random) {
    List<Line> lines = new ArrayList<>(original);
    int hits = 1 + random.nextInt(4);
    for (int i = 0; i < hits; i++) {
      int at = random.nextInt(lines.size());
      Line line = lines.get(at);
      byte[] bytes = line.bytes.clone();
      switch (bytes.length == 0 ? 2 : random.nextInt(7)) {
        case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
        case 2 -> lines.remove(at--);
        case 3 -> lines.add(random.nextInt(lines.size()), new Line(bytes, false, line.subject));
        case 4 -> Arrays.fill(bytes, random.nextInt(bytes.length), bytes.length, (byte) 0);
        case 5 -> bytes = Arrays.copyOf(bytes, MAX_LINE_BYTES + random.nextInt(1 << 16));
        default -> random.nextBytes(bytes);
      }
      if (at >= 0 && lines.get(at) == line) {
        lines.set(
            at, new Line(bytes, Arrays.equals(bytes, line.bytes) && line.whole, line.subject));
      }
    }
    return lines;
  }

  /** The subjects of which every line is there, once and whole. */
  private static Set<String> wholeSubjects(List<Line> original, List<Line> damaged) {
    Map<String, Long> lines =
        original.stream().collect(Collectors.groupingBy(Line::subject, Collectors.counting()));
    Map<String, Long> whole = new HashMap<>();
    Set<String> spoilt = new HashSet<>(Set.of(""));
    for (Line line : damaged) {
      whole.merge(line.subject, line.whole ? 1L : 0L, Long::sum);
      if (!line.whole) {
        spoilt.add(line.subject);
      }
    }
    return lines.keySet().stream()
        .filter(subject -> !spoilt.contains(subject))
        .filter(subject -> lines.get(subject).equals(whole.get(subject)))
        .collect(Collectors.toSet());
  }

  /** The subjects between whose lines something else stands now. */
  private static Set<String> interrupted(List<Line> damaged) {
    Set<String> interrupted = new HashSet<>();
    String last = "";
    boolean other = false;
    for (Line line : damaged) {
      if (!line.whole) {
        other = true;
      } else {
        if (other && line.subject.equals(last)) {
          interrupted.add(last);
        }
        last = line.subject;
        other = false;
      }
    }
    return interrupted;
  }

  private static Map<String, List<Object>> values(
      LogRows rows, Table table, Function<Map<String, Object>, String> subject, String... columns) {
    Map<String, List<Object>> values = new HashMap<>();
    for (Map<String, Object> row : rows.of(table)) {
      values.put(subject.apply(row), Arrays.stream(columns).map(row::get).toList());
    }
    return values;
  }

  private static byte[] text(List<Line> lines, String end) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Line line : lines) {
      out.writeBytes(line.bytes);
      out.writeBytes(end.getBytes(StandardCharsets.US_ASCII));
    }
    return out.toByteArray();
  }

  private static Line line(String text, String subject) {
    return new Line(text.getBytes(StandardCharsets.ISO_8859_1), true, subject);
  }
}
