package org.chunkopt.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.util.SerializableConfiguration;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads the inventory and the access log that are written, and judges them by the hidden site. */
class ControlsTest {
  private static final int FILES = 8_000;

  @TempDir Path directory;

  /**
   * A logged file, relative to what its hidden load reaches at 512 KiB, or a row of a sweep.
   *
   * @param group its directory; or its user, whose clients have a speed of their own; or its load
   * @param expectedLn what the listed chunk size would mean without a control
   * @param measuredLn what was measured
   */
  private record Measured(long group, double expectedLn, double measuredLn) {}

  @Test
  void chunkSizesExplainThroughputWithoutAControl() throws IOException {
    assertThat(correlation(site("none"))).isGreaterThan(0.8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"permuted", "never-applied", "flat"})
  void chunkSizesExplainNothingUnderAControl(String control) throws IOException {
    assertThat(correlation(site(control))).as(control).isBetween(-0.1, 0.1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"permuted", "never-applied", "flat"})
  void theTruthIsFlatUnderAControl(String control) {
    Site site = site(control);
    for (SimulatedFile file : Project.of(site, 3).files(site)) {
      double[] truth = file.truth(site);
      assertThat(Arrays.stream(truth).distinct().toArray()).hasSize(1);
      Physics physics = file.directory().pool().physics();
      assertThat(truth[0])
          .isEqualTo(physics.throughput(file.access(), file.chunkBytes()) / (1 << 20));
    }
  }

  @Test
  void filesListWhatTheyWouldListWithoutAControlUnlessPermuted() throws IOException {
    List<String> usual = new ArrayList<>(listed(write(site("none"))).values());
    assertThat(listed(write(site("never-applied"))).values()).containsExactlyElementsOf(usual);
    assertThat(listed(write(site("flat"))).values()).containsExactlyElementsOf(usual);
    List<String> permuted = new ArrayList<>(listed(write(site("permuted"))).values());
    for (ChunkSize size : ChunkSize.CANDIDATES) {
      double expected = share(usual, size);
      assertThat(share(permuted, size)).isBetween(0.8 * expected - 0.01, 1.2 * expected + 0.01);
    }
    int same = 0;
    for (int i = 0; i < FILES; i++) {
      same += usual.get(i).equals(permuted.get(i)) ? 1 : 0;
    }
    double byChance =
        ChunkSize.CANDIDATES.stream().mapToDouble(c -> Math.pow(share(usual, c), 2)).sum();
    assertThat((double) same / FILES).isBetween(byChance - 0.03, byChance + 0.03);
  }

  @Test
  void sweepsShowTheChunkSizesWithoutAControl() throws IOException {
    assertThat(sweepCorrelation(site("none"))).isGreaterThan(0.9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"permuted", "never-applied", "flat"})
  void sweepsExplainNothingUnderAControl(String control) throws IOException {
    assertThat(sweepCorrelation(site(control))).isBetween(-0.1, 0.1);
  }

  /** Within loads: of what is measured with what the chunk size would mean without a control. */
  private static double sweepCorrelation(Site site) throws IOException {
    Map<String, CalibrationSweep.Cell> loads = new HashMap<>();
    for (Pool pool : site("none").pools()) {
      CalibrationSweep.cells(site, pool).forEach(cell -> loads.put(cell.group(), cell));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ByteText text = new ByteText(bytes)) {
      CalibrationSweep.write(site, text);
    }
    List<Measured> measured = new ArrayList<>();
    for (String line : bytes.toString(StandardCharsets.UTF_8).lines().skip(1).toList()) {
      String[] fields = line.split(",");
      CalibrationSweep.Cell cell = loads.get(fields[1]);
      double expected = cell.pool().physics().throughput(cell.access(), Long.parseLong(fields[3]));
      measured.add(
          new Measured(
              1_000 * cell.pool().id() + cell.number(),
              Math.log(expected),
              Math.log(Double.parseDouble(fields[11]))));
    }
    return withinGroups(measured);
  }

  private static Site site(String control) {
    return Site.of(
        SettingsReader.parse(
            "chunkopt.simulate { darshan-share = 1, default-share = 0.4, users = 20, files = "
                + FILES
                + ", control = "
                + control
                + " }"));
  }

  private Drop write(Site site) throws IOException {
    Path root = Files.createTempDirectory(directory, "drop");
    Drop drop = new Drop(root.toString(), new SerializableConfiguration(new Configuration(false)));
    new InventoryShard(site, 0).write(drop, 0);
    return drop;
  }

  private double correlation(Site site) throws IOException {
    return withinGroups(measured(site));
  }

  private static double withinGroups(List<Measured> measured) {
    Map<Long, List<Measured>> byGroup = new HashMap<>();
    for (Measured one : measured) {
      byGroup.computeIfAbsent(one.group, group -> new ArrayList<>()).add(one);
    }
    double xx = 0;
    double xy = 0;
    double yy = 0;
    for (List<Measured> ones : byGroup.values()) {
      double meanX = ones.stream().mapToDouble(Measured::expectedLn).average().orElseThrow();
      double meanY = ones.stream().mapToDouble(Measured::measuredLn).average().orElseThrow();
      for (Measured one : ones) {
        xx += (one.expectedLn - meanX) * (one.expectedLn - meanX);
        xy += (one.expectedLn - meanX) * (one.measuredLn - meanY);
        yy += (one.measuredLn - meanY) * (one.measuredLn - meanY);
      }
    }
    return xy / Math.sqrt(xx * yy);
  }

  private List<Measured> measured(Site site) throws IOException {
    Drop drop = write(site);
    Map<String, String> listed = listed(drop);
    List<Pool> usual = site("none").pools();
    // Listed at random they vary within directories, whose loads differ in how much they care.
    boolean permuted = site.listing().control() == Settings.Control.PERMUTED;
    Map<String, double[]> logged = logged(drop, site.mount());
    List<Measured> measured = new ArrayList<>();
    for (long project = 0; project < Project.count(site); project++) {
      for (SimulatedFile file : Project.of(site, project).files(site)) {
        String path = new String(Names.path(site, file), StandardCharsets.ISO_8859_1);
        double[] moved = logged.get(path);
        if (moved == null || moved[0] == 0 || file.job().cached() && !file.access().write()) {
          continue;
        }
        Physics law = usual.get(file.directory().pool().id() - 1).physics();
        double reached = law.throughput(file.access(), ChunkSize.DEFAULT.bytes());
        long chunk = ChunkSize.parse(listed.get(path)).bytes();
        Directory directory = file.directory();
        measured.add(
            new Measured(
                permuted ? directory.index() : directory.user().index(),
                Math.log(law.throughput(file.access(), chunk) / reached),
                Math.log(moved[0] / moved[1] / reached)));
      }
    }
    assertThat(measured).hasSizeGreaterThan(FILES / 2);
    return measured;
  }

  /** Listed chunk sizes of regular files by path, in the order of the inventory. */
  private static Map<String, String> listed(Drop drop) throws IOException {
    String stat = text(drop.path("inventory/shard-00000.stat0"));
    String[] blocks = text(drop.path("inventory/shard-00000.entryinfo")).split("(?<=\n)\n", -1);
    Map<String, String> listed = new LinkedHashMap<>();
    String[] entries = stat.split("\0");
    for (int i = 0; i < entries.length; i++) {
      String[] fields = entries[i].split("\t", 11);
      if (fields[9].equals("f")) {
        String block = blocks[i];
        listed.put(
            fields[10],
            block.contains("Chunksize") ? block.split("Chunksize: ")[1].split("\n")[0] : "512K");
      }
    }
    return listed;
  }

  /** Bytes moved and seconds elapsed of the logged files by path. */
  private static Map<String, double[]> logged(Drop drop, String mount) throws IOException {
    Map<String, double[]> logged = new TreeMap<>();
    for (String line : text(drop.path("access/shard-00000.darshan.txt")).split("\n")) {
      if (!line.startsWith("POSIX\t")) {
        continue;
      }
      String[] fields = line.split("\t");
      double[] file =
          logged.computeIfAbsent(fields[5].substring(mount.length()), path -> new double[2]);
      double value = Double.parseDouble(fields[4]);
      switch (fields[3]) {
        case "POSIX_BYTES_READ", "POSIX_BYTES_WRITTEN" -> file[0] += value;
        case "POSIX_F_READ_TIME", "POSIX_F_WRITE_TIME" -> file[1] += value;
        case "POSIX_F_SLOWEST_RANK_TIME" -> file[1] = value;
        default -> {
          // Says nothing about speed.
        }
      }
    }
    return logged;
  }

  private static double share(List<String> listed, ChunkSize size) {
    return (double) listed.stream().filter(size.toString()::equals).count() / listed.size();
  }

  private static String text(String file) throws IOException {
    return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
  }
}
