package org.chunkopt.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.simulate.LivingSite.Made;
import org.chunkopt.tables.Tables;
import org.junit.jupiter.api.Test;

class LivingSiteTest {
  private static final int FILES_A_DAY = 200;
  private static final long DAY = Site.DAY_SECONDS;
  private static final Instant END = Instant.parse("2026-11-23T00:00:00Z");
  private static final List<String> COLUMNS = Tables.FILES.columnNames();

  @Test
  void theSameSeedAndPatternsGiveTheSameSite() {
    LivingSite one = site(30);
    LivingSite other = site(30);
    String directory = busiest(one);
    for (LivingSite site : List.of(one, other)) {
      site.live();
      site.set(bytes(directory), 4 << 20);
      site.live();
    }
    assertThat(texts(one.entries())).isEqualTo(texts(other.entries()));
    assertThat(texts(one.accesses())).isEqualTo(texts(other.accesses())).isNotEmpty();
    assertThat(texts(site(30).entries())).isNotEqualTo(texts(one.entries()));
  }

  @Test
  void theSameFilesComeWhateverIsApplied() {
    LivingSite left = site(30);
    LivingSite changed = site(30);
    for (int day = 0; day < 2; day++) {
      left.live();
      changed.live();
      changed.set(bytes(busiest(changed)), 4 << 20);
      changed.rewrite((byte[]) value(last(changed), "path_bytes"), 8 << 20);
    }
    left.live();
    changed.live();
    assertThat(changed.made().stream().map(LivingSiteTest::nature))
        .containsExactlyElementsOf(left.made().stream().map(LivingSiteTest::nature).toList());
    assertThat(changed.made().stream().map(Made::chunkBytes).toList())
        .isNotEqualTo(left.made().stream().map(Made::chunkBytes).toList());
  }

  private static Row last(LivingSite site) {
    List<Row> entries = site.entries();
    return entries.get(entries.size() - 1);
  }

  /** What no chunk size changes. */
  private static List<Object> nature(Made file) {
    return List.of(
        file.directory(),
        file.day(),
        Arrays.toString(file.mibPerSecond()),
        file.bytes(),
        file.keptChunkBytes());
  }

  @Test
  void aDayBringsFilesOfThatDayAndLeavesTheOthersAlone() {
    LivingSite site = site(1_000);
    Map<String, Row> before = byPath(site);
    site.live();
    Map<String, Row> after = byPath(site);

    assertThat(texts(site.entries())).containsAll(texts(List.copyOf(before.values())));
    after.keySet().removeAll(before.keySet());
    List<Row> files =
        after.values().stream().filter(row -> value(row, "entry_type").equals("file")).toList();
    assertThat(files).hasSizeBetween(FILES_A_DAY * 8 / 10, FILES_A_DAY * 12 / 10);
    assertThat(files)
        .allSatisfy(
            row ->
                assertThat(instant(row, "id_base_time"))
                    .isBetween(END.minusSeconds(64), END.plusSeconds(DAY)));
    assertThat(site.made()).hasSameSizeAs(files).allMatch(file -> file.day() == 1);
    assertThat(site.made().stream().map(Made::chunkBytes).toList())
        .isEqualTo(site.made().stream().map(Made::keptChunkBytes).toList());
  }

  @Test
  void entryIdsAndPathsAreNeverUsedTwice() {
    LivingSite site = site(30);
    for (int day = 0; day < 4; day++) {
      site.live();
    }
    for (String column : List.of("path", "entry_id", "inode")) {
      assertThat(site.entries().stream().map(row -> value(row, column)))
          .as(column)
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void newFilesFollowThePatternOfTheirDay() {
    LivingSite site = site(30);
    String directory = busiest(site);
    site.set(bytes(directory), 4 << 20);
    site.live();
    assertThat(value(byPath(site).get(directory), "chunk_bytes")).isEqualTo(4L << 20);
    site.set(bytes(directory), 64 << 10);
    site.live();

    Map<Integer, Map<Long, Long>> files =
        site.made().stream()
            .filter(file -> file.directory().equals(directory))
            .collect(
                Collectors.groupingBy(
                    Made::day, Collectors.groupingBy(Made::chunkBytes, Collectors.counting())));
    // One file in 200 is moved here from elsewhere.
    assertThat(files.get(1).get(4L << 20)).isGreaterThanOrEqualTo(5);
    assertThat(files.get(2).get(64L << 10)).isGreaterThanOrEqualTo(5);
    assertThat(files.get(1)).doesNotContainKey(64L << 10);
    assertThat(files.get(2)).doesNotContainKey(4L << 20);
    assertThat(site.made())
        .noneMatch(file -> file.keptChunkBytes() == 4 << 20 && file.directory().equals(directory));
  }

  @Test
  void aNewDirectoryTakesThePatternOfTheOneItIsIn() {
    LivingSite site = site(30);
    Map<String, Row> before = byPath(site);
    before.values().stream()
        .filter(row -> isPlace(row))
        .forEach(row -> site.set(bytes((String) value(row, "path")), 2 << 20));
    for (int day = 0; day < 5; day++) {
      site.live();
    }
    List<Row> directories =
        byPath(site).values().stream()
            .filter(LivingSiteTest::isPlace)
            .filter(row -> !before.containsKey(value(row, "path")))
            .toList();
    assertThat(directories)
        .isNotEmpty()
        .allMatch(row -> value(row, "chunk_bytes").equals(2L << 20))
        .allMatch(row -> !instant(row, "id_base_time").isBefore(END.minusSeconds(64)));
    assertThat(site.made())
        .anyMatch(file -> file.directory().equals(value(directories.get(0), "path")));
  }

  @Test
  void filesGoWhenTheyAreOlderThanTheRetention() {
    LivingSite site = site(3);
    for (int day = 1; day <= 6; day++) {
      site.live();
      Instant oldest = END.plusSeconds((day - 3) * DAY - 64);
      assertThat(site.entries())
          .filteredOn(row -> value(row, "entry_type").equals("file"))
          .isNotEmpty()
          .allMatch(row -> !instant(row, "id_base_time").isBefore(oldest));
    }
    assertThat(site.made())
        .hasSizeBetween(3 * FILES_A_DAY * 8 / 10, 3 * FILES_A_DAY * 12 / 10)
        .allMatch(file -> file.day() > 3);
  }

  @Test
  void aRewrittenFileIsNewAtItsOldPlace() {
    LivingSite site = site(30);
    site.live();
    String path =
        (String)
            site.entries().stream()
                .filter(row -> value(row, "entry_type").equals("file"))
                .reduce((a, b) -> b)
                .map(row -> value(row, "path"))
                .orElseThrow();
    Row before = byPath(site).get(path);
    List<double[]> truth = site.made().stream().map(Made::mibPerSecond).toList();
    site.rewrite((byte[]) value(before, "path_bytes"), 8 << 20);
    site.live();
    Row after = byPath(site).get(path);

    assertThat(value(after, "chunk_bytes")).isEqualTo(8L << 20);
    assertThat(value(after, "entry_id")).isNotEqualTo(value(before, "entry_id"));
    assertThat(instant(after, "id_base_time")).isAfterOrEqualTo(END.plusSeconds(DAY));
    assertThat(value(after, "mtime")).isEqualTo(value(before, "mtime"));
    assertThat(site.made().get(truth.size() - 1).mibPerSecond())
        .isEqualTo(truth.get(truth.size() - 1));
  }

  private static LivingSite site(int retentionDays) {
    return new LivingSite(
        SettingsReader.parse(
            "chunkopt { run.seed = 4, simulate { files = 2000, hours = 26, users = 9,"
                + " storage-servers = 2, targets-per-server = 2, hardware = hdd } }"),
        FILES_A_DAY,
        retentionDays);
  }

  /** The directory with the most files. */
  private static String busiest(LivingSite site) {
    return site.entries().stream()
        .filter(row -> value(row, "entry_type").equals("file"))
        .collect(
            Collectors.groupingBy(r -> (String) value(r, "parent_path"), Collectors.counting()))
        .entrySet()
        .stream()
        .max(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .orElseThrow()
        .getKey();
  }

  /** Whether it is a directory of files: below a project. */
  private static boolean isPlace(Row row) {
    return value(row, "entry_type").equals("directory")
        && ((String) value(row, "path")).split("/").length > 3;
  }

  private static Map<String, Row> byPath(LivingSite site) {
    return site.entries().stream()
        .collect(Collectors.toMap(row -> (String) value(row, "path"), Function.identity()));
  }

  /** Rows as texts, with the elements of their arrays. */
  private static List<String> texts(List<Row> rows) {
    return rows.stream()
        .map(
            row -> Arrays.deepToString(IntStream.range(0, row.size()).mapToObj(row::get).toArray()))
        .toList();
  }

  private static Object value(Row row, String column) {
    return row.get(COLUMNS.indexOf(column));
  }

  private static Instant instant(Row row, String column) {
    return ((java.sql.Timestamp) value(row, column)).toInstant();
  }

  private static byte[] bytes(String path) {
    return path.getBytes(StandardCharsets.UTF_8);
  }
}
