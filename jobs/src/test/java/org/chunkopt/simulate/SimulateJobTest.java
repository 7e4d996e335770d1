package org.chunkopt.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.UserError;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Spark.class)
class SimulateJobTest {
  private static final String SMALL =
      "files = 3000, hours = 2, storage-servers = 2, targets-per-server = 2, metadata-servers = 1,"
          + " users = 9";

  @TempDir static Path directory;
  private static Path drop;

  @BeforeAll
  static void simulateOnce() {
    drop = simulate(Spark.session(), "drop", SMALL);
  }

  @AfterEach
  void restorePartitions() {
    Spark.session().conf().set("spark.sql.shuffle.partitions", 2);
  }

  @Test
  void givesTheSameBytesForTheSameSeedWhateverThePartitions(SparkSession spark) throws IOException {
    spark.conf().set("spark.sql.shuffle.partitions", 5);
    Path second = simulate(spark, "second", SMALL);
    for (String part : List.of("metrics", "inventory", "access")) {
      assertThat(contents(second.resolve(part))).isEqualTo(contents(drop.resolve(part)));
      assertThat(contents(drop.resolve(part))).isNotEmpty();
    }
    assertThat(truth(spark, second)).isEqualTo(truth(spark, drop));
  }

  @Test
  void givesATruthToEveryRegularFileAndNothingElse(SparkSession spark) throws IOException {
    Map<String, List<Double>> truth = truth(spark, drop);
    Set<String> files = new HashSet<>();
    for (String[] entry : entries(drop)) {
      if (entry[9].equals("f")) {
        files.add(entry[10]);
      }
    }
    assertThat(files).hasSize(3_000);
    assertThat(truth.keySet()).isEqualTo(files);
    assertThat(truth.values())
        .allSatisfy(values -> assertThat(values).hasSize(8).allMatch(v -> v > 0));
  }

  @Test
  void pairsEveryStatRecordWithABlockThatIsAtLeastASecondOlder() throws IOException {
    String text = Files.readString(drop.resolve("inventory/shard-00000.entryinfo"));
    String[] blocks = text.split("(?<=\n)\n", -1);
    List<String[]> entries = entries(drop);
    assertThat(blocks).hasSize(entries.size() + 1);
    for (int i = 0; i < entries.size(); i++) {
      boolean file = entries.get(i)[9].equals("f");
      assertThat(blocks[i]).startsWith(file ? "Entry type: file\n" : "Entry type: directory\n");
      if (!blocks[i].contains("EntryID: root")) {
        long base = Long.parseLong(blocks[i].split("EntryID: ")[1].split("-")[1], 16);
        assertThat(Double.parseDouble(entries.get(i)[4])).isGreaterThanOrEqualTo(base + 1);
      }
    }
  }

  @Test
  void serversWriteAtLeastWhatTheFilesOfTheWindowHold() throws IOException {
    Settings settings = settings("x", SMALL);
    Site site = Site.of(settings);
    double written = 0;
    for (String[] entry : entries(drop)) {
      double mtime = Double.parseDouble(entry[4]);
      boolean outside =
          mtime < site.startSecond() + 600
              || site.gap().contains((long) mtime)
              || site.down().contains((long) mtime);
      written += outside || !entry[9].equals("f") ? 0 : Long.parseLong(entry[1]);
    }
    double served = 0;
    for (Map.Entry<String, String> export : contents(drop.resolve("metrics")).entrySet()) {
      for (String line : export.getValue().split("\n")) {
        if (line.contains(" diskWriteBytes=")) {
          served += Double.parseDouble(line.split("diskWriteBytes=")[1].split(" ")[0]);
        }
      }
    }
    assertThat(written).isPositive().isLessThanOrEqualTo(served);
    assertThat(served).isLessThan(3 * written);
  }

  @Test
  void showsAnOutageAWrapAndADirectoryWhosePatternChanged() throws IOException {
    String metrics = String.join("", contents(drop.resolve("metrics")).values());
    assertThat(metrics).contains("isResponding=false").contains("=1.8446744073709552e+19 ");
    Project project = Project.of(Site.of(settings("x", SMALL)), 0);
    Directory changed = project.directories().get(0);
    assertThat(changed.chunkBytesAt(changed.changedSecond() - 1)).isEqualTo(512L << 10);
    assertThat(changed.chunkBytesAt(changed.changedSecond())).isEqualTo(4L << 20);
    assertThat(project.directories().get(1).chunkBytes()).isEqualTo(512L << 10);
  }

  @Test
  void givesMostDirectoriesTheDefaultAndOthersChunksThatFollowTheSize() {
    Site site = Site.of(settings("x", "files = 200000, default-share = 0.9"));
    int defaults = 0;
    int all = 0;
    List<Integer> ofSmall = new ArrayList<>();
    List<Integer> ofLarge = new ArrayList<>();
    for (long index = 0; index < Project.count(site); index++) {
      for (Directory d : Project.of(site, index).directories()) {
        all++;
        if (d.chunkBytes() == 512L << 10) {
          defaults++;
        } else if (!d.user().expert()) {
          (d.sizeLog2() < 18 ? ofSmall : ofLarge).add(Long.numberOfTrailingZeros(d.chunkBytes()));
        }
      }
    }
    assertThat((double) defaults / all).isBetween(0.87, 0.95);
    assertThat(mean(ofLarge)).isGreaterThan(mean(ofSmall) + 1);
  }

  private static double mean(List<Integer> values) {
    return values.stream().mapToInt(v -> v).average().orElseThrow();
  }

  @Test
  void writesSettingsThatCanBeReadAndJsonForBeeGfs8(SparkSession spark) throws IOException {
    Path flash =
        simulate(spark, "flash", "inventory = v8, hardware = flash, darshan-share = 0, " + SMALL);
    Settings read = SettingsReader.read(flash.resolve("site.conf"));
    assertThat(read.inputs().metrics()).containsExactly(flash + "/metrics/*.lp");
    assertThat(read.inputs().access()).isEmpty();
    assertThat(flash.resolve("access")).doesNotExist();
    assertThat(read.evaluate().truth()).isEqualTo(flash + "/truth");
    assertThat(read.beegfs().cli()).isEqualTo(Settings.Cli.V8);
    assertThat(Files.readAllLines(flash.resolve("inventory/shard-00000.entries.ndjson")))
        .allMatch(line -> line.startsWith("{\"access\":") && line.endsWith("}"));
  }

  @Test
  void refusesAnOutputThatIsNotEmpty(SparkSession spark) throws IOException {
    Files.createDirectories(directory.resolve("used"));
    Files.writeString(directory.resolve("used/file"), "x");
    assertThatThrownBy(() -> SimulateJob.run(spark, settings("used", SMALL)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("is not empty");
  }

  private static Path simulate(SparkSession spark, String name, String sizes) {
    SimulateJob.run(spark, settings(name, sizes));
    return directory.resolve(name);
  }

  private static Settings settings(String name, String sizes) {
    String output = directory.resolve(name).toString();
    return SettingsReader.parse("chunkopt.simulate { output = \"" + output + "\", " + sizes + " }");
  }

  private static Map<String, List<Double>> truth(SparkSession spark, Path drop) {
    Map<String, List<Double>> truth = new TreeMap<>();
    for (Row row :
        new TableDirectory(drop.resolve("truth").toString())
            .read(spark, Tables.TRUTH)
            .collectAsList()) {
      truth.put(new String(row.<byte[]>getAs(0), StandardCharsets.ISO_8859_1), row.getList(1));
    }
    return truth;
  }

  private static List<String[]> entries(Path drop) throws IOException {
    byte[] stat = Files.readAllBytes(drop.resolve("inventory/shard-00000.stat0"));
    List<String[]> entries = new ArrayList<>();
    for (String entry : new String(stat, StandardCharsets.ISO_8859_1).split("\0")) {
      entries.add(entry.split("\t", 11));
    }
    return entries;
  }

  private static Map<String, String> contents(Path directory) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (!name.startsWith(".")) {
          contents.put(name, new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        }
      }
    }
    return contents;
  }
}
