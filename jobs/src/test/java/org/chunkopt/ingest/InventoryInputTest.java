package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.UserError;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Spark.class)
class InventoryInputTest {
  private static final String STAT =
      "%d\t4096\t8\t1795453827.5\t1795453827.5\t%d.25\t1003\t100\t1\tf\t%s\0";
  private static final String BLOCK =
      """
      Entry type: file
      EntryID: %X-6B047303-1
      Metadata node: meta01 [ID: 1]
      Stripe pattern details:
      + Type: RAID0
      + Chunksize: 512K
      + Number of storage targets: desired: 4; actual: 1
      + Storage targets:
        + 101

      """;
  private static final String LINE =
      """
      {"entry_id":"%X-6B047303-1","meta_node":"m:2","path":"%s","storage_mirrors":"(unmirrored)",\
      "storage_pool":"(file)","storage_targets":"s:101","stripe_pattern":"RAID0 (4x1Mi)","type":2}
      """;

  @TempDir Path drop;

  @AfterEach
  void forgetWhatWasPersisted() {
    Spark.session().catalog().clearCache();
  }

  @Test
  void readsTheSampleSite(SparkSession spark) throws IOException {
    write("site.stat0", Samples.bytes("site/inventory/site.stat0"));
    write("site.entryinfo", Samples.bytes("site/inventory/site.entryinfo"));
    Ingested inventory = read(spark);
    Dataset<Row> files = files(inventory);
    assertThat(files.count()).isEqualTo(298);
    Row first = files.filter("path = '/home/f000.txt'").head();
    assertThat(first.<Integer>getList(first.fieldIndex("target_ids")))
        .containsExactly(201, 202, 101, 102);
    assertThat(
            files
                .filter("path = '/home/f000.txt'")
                .selectExpr(
                    "parent_path = '/home' AND path_bytes = cast(path AS BINARY)"
                        + " AND parent_path_bytes = cast('/home' AS BINARY)"
                        + " AND entry_id = 'A-6B0472C5-2' AND entry_type = 'file'"
                        + " AND inode = 1000 AND size_bytes = 1048576 AND allocated_bytes = 1048576"
                        + " AND mtime = timestamp'2026-11-23 17:23:22.216598Z'"
                        + " AND ctime = mtime AND atime = mtime AND uid = 1003 AND gid = 100"
                        + " AND links = 1 AND meta_node_num_id = 2 AND pattern = 'RAID0'"
                        + " AND chunk_bytes = 524288 AND desired_targets = 4 AND num_targets = 4"
                        + " AND size(mirror_group_ids) = 0 AND storage_pool IS NULL"
                        + " AND id_base_time = timestamp_seconds(cast(conv('6B0472C5', 16, 10) AS BIGINT))"
                        + " AND source_file LIKE 'file:%/site.stat0'")
                .head()
                .getBoolean(0))
        .isTrue();
    assertThat(inventory.rejects().isEmpty()).isTrue();
    assertThat(ledger(inventory))
        .containsEntry("site.stat0", "stat0 lines=298 accepted=298 rejected=0")
        .containsEntry("site.entryinfo", "entryinfo lines=298 accepted=298 rejected=0");
    assertThat(inventory.ledger().agg(Map.of("bytes", "sum")).head().getLong(0))
        .isEqualTo(35116 + 83668);
  }

  @Test
  void rejectsOnlyThePathsThatFailed(SparkSession spark) throws IOException {
    write("a.stat0", stat(1, "/a") + stat(2, "/b") + "junk\0" + stat(4, "/d") + stat(5, "/e"));
    write("a.entryinfo", block(1) + "\n" + block(3) + block(4).replace("512K", "300K") + block(5));
    Ingested inventory = read(spark);
    assertThat(paths(inventory)).containsExactly("/a", "/e");
    assertThat(rejects(inventory))
        .containsExactlyInAnyOrder(
            "a.stat0 NO_ENTRY_INFO " + stat(2, "/b").replace("\0", ""),
            "a.stat0 MALFORMED junk",
            "a.entryinfo INVALID_CHUNK_SIZE "
                + block(4).replace("512K", "300K").replace("\n\n", "\n"));
    assertThat(ledger(inventory))
        .containsEntry("a.stat0", "stat0 lines=5 accepted=2 rejected=2 unknown=1")
        .containsEntry("a.entryinfo", "entryinfo lines=5 accepted=2 rejected=1 blanks=1 unknown=1");
  }

  @Test
  void rejectsAPairWholeWhenItsCountsDiffer(SparkSession spark) throws IOException {
    write("good.stat0", stat(1, "/a"));
    write("good.entryinfo", block(1));
    write("bad.stat0", stat(1, "/b") + stat(2, "/c"));
    write("bad.entryinfo", block(1) + block(2) + block(3));
    write("alone.stat0", stat(1, "/d"));
    write("notes.txt", "collected on Monday");
    Ingested inventory = read(spark);
    assertThat(paths(inventory)).containsExactly("/a");
    assertThat(
            inventory.rejects().selectExpr("reason || ' ' || detail").collectAsList().stream()
                .map(row -> row.getString(0)))
        .containsExactlyInAnyOrder(
            "PAIR_MISMATCH bad.stat0 has 2 records and bad.entryinfo 3 blocks."
                + " Collect the pair again.",
            "PAIR_MISMATCH bad.stat0 has 2 records and bad.entryinfo 3 blocks."
                + " Collect the pair again.",
            "PAIR_MISMATCH Its partner alone.entryinfo is missing.",
            "UNKNOWN_FORMAT The name ends in none of .stat0, .entryinfo, .entries.ndjson,"
                + " .index.ndjson.");
    assertThat(ledger(inventory))
        .containsEntry("bad.stat0", "stat0 lines=2 accepted=0 rejected=2")
        .containsEntry("bad.entryinfo", "entryinfo lines=3 accepted=0 rejected=3")
        .containsEntry("alone.stat0", "unknown lines=1 accepted=0 rejected=1");
  }

  @Test
  @Tag("R11")
  @DisplayName("R11: a damaged gzip shard is rejected whole")
  void readsGzipAndRejectsItDamaged(SparkSession spark) throws IOException {
    write("good.stat0.gz", gzip(stat(1, "/a")));
    write("good.entryinfo.gz", gzip(block(1)));
    byte[] whole = gzip(stat(1, "/b") + stat(2, "/c"));
    write("cut.stat0.gz", Arrays.copyOf(whole, whole.length - 12));
    write("cut.entryinfo", block(1) + block(2));
    write("short.stat0", stat(1, "/d").replace("\0", ""));
    write("short.entryinfo", block(1));
    Ingested inventory = read(spark);
    assertThat(paths(inventory)).containsExactly("/a");
    assertThat(
            inventory
                .rejects()
                .selectExpr("regexp_extract(source_file, '[^/]+$', 0) || ' ' || reason")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0)))
        .containsExactlyInAnyOrder(
            "cut.stat0.gz UNREADABLE_FILE",
            "cut.entryinfo PAIR_MISMATCH",
            "short.stat0 TRUNCATED",
            "short.entryinfo PAIR_MISMATCH");
  }

  @Test
  void joinsBeeGfs8EntriesByPath(SparkSession spark) throws IOException {
    write("x.stat0", stat(1, "/a") + stat(2, "/gone") + stat(3, "/ü"));
    write("x.entries.ndjson", line(3, "/ü") + line(9, "/new") + line(1, "/a") + "{\"path\":");
    Ingested inventory = read(spark);
    assertThat(
            files(inventory)
                .selectExpr("path || ' ' || chunk_bytes || ' ' || meta_node_num_id || ' ' || inode")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0)))
        .containsExactlyInAnyOrder("/a 1048576 2 1", "/ü 1048576 2 3");
    assertThat(rejects(inventory))
        .containsExactlyInAnyOrder(
            "x.stat0 NO_ENTRY_INFO " + stat(2, "/gone").replace("\0", ""),
            "x.entries.ndjson PAIR_MISMATCH /new",
            "x.entries.ndjson TRUNCATED {\"path\":");
    assertThat(ledger(inventory))
        .containsEntry("x.stat0", "stat0 lines=3 accepted=2 rejected=1")
        .containsEntry("x.entries.ndjson", "entries.ndjson lines=4 accepted=2 rejected=2");
  }

  @Test
  void readsAnIndexByItself(SparkSession spark) throws IOException {
    String directory =
        IndexLineTest.LS
            .replace("/proj/a.dat", "/mnt/beegfs/proj")
            .replace("\"type\":\"f\"", "\"type\":\"d\"")
            .replace("3-6563A1B2-1", "")
            .replace("\"524288\"", "\"\"")
            .replace("\"1003\"", "\"alice\"");
    String small = IndexLineTest.LS.replace("a.dat", "b.dat").replace("524288", "4096");
    write(
        "x.index.ndjson",
        IndexLineTest.LS + "\n\n" + directory + "\n" + small + "\n{\"path\":\"/c");
    byte[] whole = gzip(IndexLineTest.LS + "\n");
    write("y.index.ndjson.gz", Arrays.copyOf(whole, whole.length - 12));
    write("x.stat0", stat(1, "/p"));
    write("x.entryinfo", block(1));
    Ingested inventory = read(spark);
    assertThat(paths(inventory)).containsExactly("/p", "/proj", "/proj/a.dat");
    assertThat(
            files(inventory)
                .filter("path = '/proj/a.dat'")
                .selectExpr(
                    "path_bytes = cast(path AS BINARY) AND parent_path = '/proj'"
                        + " AND entry_id = '3-6563A1B2-1' AND entry_type = 'file' AND inode = -1"
                        + " AND size_bytes = 36864 AND allocated_bytes = 72 * 512"
                        + " AND atime = timestamp'2026-11-23 16:23:22Z'"
                        + " AND mtime = timestamp'2026-11-23 17:23:22.5Z'"
                        + " AND uid = 1003 AND gid = 100 AND links = 2 AND meta_node_num_id = 2"
                        + " AND pattern = 'RAID0' AND chunk_bytes = 524288"
                        + " AND desired_targets IS NULL AND num_targets = 4"
                        + " AND size(target_ids) = 0 AND size(mirror_group_ids) = 0"
                        + " AND id_base_time = timestamp_seconds(cast(conv('6563A1B2', 16, 10) AS BIGINT))"
                        + " AND source_file LIKE '%/x.index.ndjson'")
                .head()
                .getBoolean(0))
        .isTrue();
    assertThat(
            files(inventory)
                .filter(
                    "path = '/proj' AND entry_id IS NULL AND chunk_bytes IS NULL AND uid IS NULL"
                        + " AND num_targets IS NULL AND entry_type = 'directory'")
                .count())
        .isEqualTo(1);
    assertThat(rejects(inventory))
        .containsExactlyInAnyOrder(
            "x.index.ndjson INVALID_CHUNK_SIZE " + small,
            "x.index.ndjson TRUNCATED {\"path\":\"/c",
            "y.index.ndjson.gz UNREADABLE_FILE ");
    assertThat(ledger(inventory))
        .containsEntry("x.index.ndjson", "index.ndjson lines=5 accepted=2 rejected=2 blanks=1")
        .containsEntry("x.stat0", "stat0 lines=1 accepted=1 rejected=0")
        .hasEntrySatisfying(
            "y.index.ndjson.gz",
            counts -> assertThat(counts).startsWith("index.ndjson lines=1 accepted=0 rejected=1"));
  }

  @Test
  void anInventoryMayBeAnIndexAlone(SparkSession spark) throws IOException {
    write("x.index.ndjson", IndexLineTest.LS + "\n");
    assertThat(paths(read(spark))).containsExactly("/proj/a.dat");
  }

  @Test
  @Tag("R14")
  @DisplayName("R14: of a path in two inventories the newest record wins, and the other is counted")
  void usesTheNewestOfARepeatedPath(SparkSession spark) throws IOException {
    write("a.stat0", stat(1, "/twice", 1795453900) + stat(2, "/only"));
    write("a.entryinfo", block(1) + block(2));
    write("b.stat0", stat(3, "/twice", 1795453800) + stat(4, "/tie"));
    write("b.entryinfo", block(3) + block(4));
    write("c.stat0", stat(5, "/tie"));
    write("c.entryinfo", block(5));
    Ingested inventory = read(spark);
    assertThat(files(inventory).select("inode").collectAsList().stream().map(row -> row.getLong(0)))
        .containsExactlyInAnyOrder(1L, 2L, 5L);
    assertThat(rejects(inventory))
        .containsExactlyInAnyOrder("b.stat0 DUPLICATE_PATH /twice", "b.stat0 DUPLICATE_PATH /tie");
    assertThat(ledger(inventory))
        .containsEntry("b.stat0", "stat0 lines=2 accepted=2 rejected=0 duplicates=2")
        .containsEntry("a.stat0", "stat0 lines=2 accepted=2 rejected=0");
    Tables.REJECTS.require(inventory.rejects());
    Tables.INGEST_LEDGER.require(inventory.ledger());
  }

  @Test
  void keepsHostileNamesExactly(SparkSession spark) throws IOException {
    String names = new String(Samples.bytes("entryinfo/weird-names.paths.nul"), LATIN1);
    StringBuilder stats = new StringBuilder();
    for (String name : names.split("\0")) {
      stats.append(stat(1, name));
    }
    write("weird.stat0", stats.toString().getBytes(LATIN1));
    write("weird.entryinfo", Samples.bytes("entryinfo/batch-weird-names-null.stdout.txt"));
    Ingested inventory = read(spark);
    assertThat(
            files(inventory).select("path_bytes").collectAsList().stream()
                .map(row -> new String(row.<byte[]>getAs(0), LATIN1)))
        .containsExactlyInAnyOrder(names.split("\0"));
    assertThat(files(inventory).filter("path RLIKE '[\\\\x00-\\\\x1f]'").isEmpty()).isTrue();
  }

  @Test
  @Tag("R17")
  @DisplayName("R17: an inventory without entries is named")
  void namesAnInventoryWithoutEntries(SparkSession spark) throws IOException {
    write("a.stat0", "");
    write("a.entryinfo", "");
    assertThatThrownBy(() -> read(spark))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(drop.toString())
        .hasMessageContaining("has no entries");
    assertThatThrownBy(() -> InventoryInput.read(spark, SettingsReader.parse("")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("chunkopt.inputs.inventory");
  }

  private static final java.nio.charset.Charset LATIN1 = StandardCharsets.ISO_8859_1;

  private Ingested read(SparkSession spark) {
    return InventoryInput.read(
        spark, SettingsReader.parse("chunkopt.inputs.inventory = \"" + drop + "\""));
  }

  private static Dataset<Row> files(Ingested inventory) {
    return Tables.FILES.require(inventory.tables().get(Tables.FILES));
  }

  private static List<String> paths(Ingested inventory) {
    return files(inventory).select("path").orderBy("path").collectAsList().stream()
        .map(row -> row.getString(0))
        .toList();
  }

  private static List<String> rejects(Ingested inventory) {
    return inventory
        .rejects()
        .selectExpr(
            "regexp_extract(source_file, '[^/]+$', 0) || ' ' || reason || ' ' || string(raw)")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  /** By file name: the format and the counts, those of zero left out beyond the first three. */
  private static Map<String, String> ledger(Ingested inventory) {
    return inventory.ledger().collectAsList().stream()
        .collect(
            Collectors.toMap(
                row -> Shard.fileName(row.getAs("source_file")),
                row -> {
                  StringBuilder text = new StringBuilder(row.<String>getAs("format"));
                  long sum = 0;
                  for (String name :
                      List.of("accepted", "rejected", "comments", "blanks", "unknown")) {
                    sum += row.<Long>getAs(name);
                  }
                  assertThat(sum).isEqualTo(row.<Long>getAs("lines"));
                  for (String name :
                      List.of("lines", "accepted", "rejected", "blanks", "unknown", "duplicates")) {
                    long value = row.<Long>getAs(name);
                    if (value > 0 || List.of("lines", "accepted", "rejected").contains(name)) {
                      text.append(' ').append(name).append('=').append(value);
                    }
                  }
                  return text.toString();
                }));
  }

  private static String stat(long inode, String path) {
    return stat(inode, path, 1795453827);
  }

  private static String stat(long inode, String path, long ctime) {
    return String.format(STAT, inode, ctime, path);
  }

  private static String block(int counter) {
    return String.format(BLOCK, counter);
  }

  private static String line(int counter, String path) {
    return String.format(LINE, counter, path);
  }

  private void write(String name, String text) throws IOException {
    write(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private void write(String name, byte[] bytes) throws IOException {
    Files.write(drop.resolve(name), bytes);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
