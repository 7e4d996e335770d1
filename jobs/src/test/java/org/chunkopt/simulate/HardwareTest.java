package org.chunkopt.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Spark.class)
class HardwareTest {
  private static final Pattern TARGET =
      Pattern.compile("\\+ (\\d+) @ storage(\\d+) \\[ID: (\\d+)]");

  @TempDir Path directory;

  /** Bytes that a storage server moved on its disks and over TCP. */
  private record Moved(double written, double read, double network) {
    static Moved of(Map<String, Double> sums) {
      return new Moved(
          sums.get("diskWriteBytes"),
          sums.get("diskReadBytes"),
          sums.get("netRecvBytes") + sums.get("netSendBytes"));
    }
  }

  @ParameterizedTest
  @CsvSource({"hdd, rounds", "flash, pipelined", "mixed, pipelined"})
  void whatADropSaysAgrees(String hardware, String law) throws IOException {
    Path drop = directory.resolve("drop");
    Settings settings =
        SettingsReader.parse(
            "chunkopt.simulate { files = 2000, hours = 2, users = 6, metadata-servers = 1"
                + ", storage-servers = 4, targets-per-server = 2, default-share = 0.999"
                + (", hardware = "
                    + hardware
                    + ", law = "
                    + law
                    + ", output = \""
                    + drop
                    + "\" }"));
    SparkSession spark = Spark.session();
    SimulateJob.run(spark, settings);
    Site site = Site.of(settings);

    Map<Integer, Pool> pools = new HashMap<>();
    site.pools().forEach(pool -> pool.targets().forEach(t -> pools.put(t.id(), pool)));
    Map<String, Long> written = new HashMap<>();
    Set<String> paths = new HashSet<>();
    int defaults = 0;
    String[] entries = text(drop.resolve("inventory/shard-00000.stat0")).split("\0");
    String[] blocks = text(drop.resolve("inventory/shard-00000.entryinfo")).split("(?<=\n)\n", -1);
    for (int i = 0; i < entries.length; i++) {
      String[] stat = entries[i].split("\t", 11);
      defaults += blocks[i].contains("Chunksize: 512K") ? 1 : 0;
      if (!stat[9].equals("f")) {
        continue;
      }
      paths.add(stat[10]);
      List<MatchResult> targets = TARGET.matcher(blocks[i]).results().toList();
      Set<Pool> hosting = new HashSet<>();
      for (MatchResult target : targets) {
        assertThat(Integer.parseInt(target.group(1)) / 100)
            .isEqualTo(Integer.parseInt(target.group(2)))
            .isEqualTo(Integer.parseInt(target.group(3)));
        hosting.add(pools.get(Integer.parseInt(target.group(1))));
      }
      assertThat(hosting).hasSize(1).doesNotContainNull();
      long mtime = (long) Double.parseDouble(stat[4]);
      boolean recorded =
          mtime > site.startSecond() + 600
              && !site.gap().contains(mtime)
              && !site.down().contains(mtime);
      written.merge(
          hosting.iterator().next().alias(), recorded ? Long.parseLong(stat[1]) : 0, Long::sum);
    }
    assertThat(paths).hasSize(2_000);
    // Apart from twins, whose pattern changed.
    assertThat((double) defaults / entries.length).isGreaterThan(0.8);
    assertThat(truth(spark, drop)).isEqualTo(paths);
    assertThat(paths).containsAll(logged(drop, site.mount()));

    Map<String, Double> served = new HashMap<>();
    for (int s = 0; s < site.storage().size(); s++) {
      int index = s;
      Server server = site.storage().get(s);
      Pool pool =
          site.pools().stream()
              .filter(p -> p.targets().stream().anyMatch(t -> t.server() == index))
              .findFirst()
              .orElseThrow();
      Moved moved = Moved.of(sums(drop, "highResStorage." + server.host()));
      served.merge(pool.alias(), moved.written, Double::sum);
      boolean rdma = hardware.equals("mixed") && pool.alias().equals("flash");
      assertThat(server.rdma()).isEqualTo(rdma);
      double disks = moved.written + moved.read;
      assertThat(moved.network).isBetween(rdma ? 0 : disks, (rdma ? 0.01 : 1.05) * disks);
      assertThat(exports(drop, "telegraf." + server.host()).contains("infiniband,"))
          .isEqualTo(rdma);
    }
    written.forEach(
        (pool, bytes) -> assertThat(served.get(pool)).as(pool).isGreaterThanOrEqualTo(bytes));
    assertThat(written.keySet())
        .isEqualTo(site.pools().stream().map(Pool::alias).collect(Collectors.toSet()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"hdd", "flash", "mixed"})
  void aThirdOfTheReadsComesFromPageCaches(String hardware) {
    Site site = site("files = 60000, hardware = " + hardware);
    int reads = 0;
    int cached = 0;
    for (long project = 0; project < Project.count(site); project++) {
      for (SimulatedFile file : Project.of(site, project).files(site)) {
        boolean read = !file.access().write() && file.accessed();
        reads += read ? 1 : 0;
        cached += read && file.job().cached() ? 1 : 0;
      }
    }
    assertThat(reads).isGreaterThan(5_000);
    assertThat((double) cached / reads).isBetween(0.2, 0.4);
  }

  @Test
  void onlyOneDirectoryInAThousandHasAnotherChunkSizeIfWished() {
    Site site = site("files = 2000000, default-share = 0.999");
    int other = 0;
    int all = 0;
    for (long project = 1; project < Project.count(site); project++) {
      for (Directory d : Project.of(site, project).directories()) {
        other += d.chunkBytes() == 512L << 10 ? 0 : 1;
        all++;
      }
    }
    assertThat((double) other / all).isBetween(0.0003, 0.002);
  }

  private static Site site(String settings) {
    return Site.of(SettingsReader.parse("chunkopt.simulate { " + settings + " }"));
  }

  private static Set<String> truth(SparkSession spark, Path drop) {
    Set<String> paths = new HashSet<>();
    for (Row row :
        new TableDirectory(drop.resolve("truth").toString())
            .read(spark, Tables.TRUTH)
            .collectAsList()) {
      paths.add(new String(row.<byte[]>getAs(0), StandardCharsets.ISO_8859_1));
      assertThat(row.<Double>getList(1)).hasSize(8).allMatch(v -> v > 0 && Double.isFinite(v));
    }
    return paths;
  }

  private static Set<String> logged(Path drop, String mount) throws IOException {
    Set<String> logged =
        text(drop.resolve("access/shard-00000.darshan.txt"))
            .lines()
            .filter(line -> line.startsWith("POSIX\t"))
            .map(line -> line.split("\t")[5].substring(mount.length()))
            .collect(Collectors.toSet());
    assertThat(logged).isNotEmpty();
    return logged;
  }

  private static Map<String, Double> sums(Path drop, String family) throws IOException {
    return exports(drop, family)
        .lines()
        .filter(line -> !line.startsWith("#") && line.contains("Bytes="))
        .map(line -> line.split(" ")[1].split("="))
        .collect(
            Collectors.groupingBy(
                f -> f[0], Collectors.summingDouble(f -> Double.parseDouble(f[1]))));
  }

  private static String exports(Path drop, String family) throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.list(drop.resolve("metrics"))) {
      for (Path file : files.sorted().toList()) {
        if (file.getFileName().toString().startsWith(family + ".")) {
          text.append(text(file));
        }
      }
    }
    return text.toString();
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }
}
