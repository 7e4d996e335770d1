package org.chunkopt.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.settings.SettingsReader;
import org.junit.jupiter.api.Test;

class CalibrationSweepTest {
  private final Site site = site("hardware = mixed");

  @Test
  void everyLevelOccursEquallyOftenInEveryPool() {
    for (Pool pool : site.pools()) {
      List<AccessContext> loads = loads(site, pool);
      assertThat(loads).hasSize(75).doesNotHaveDuplicates();
      assertThat(counts(loads, AccessContext::requestBytes))
          .isEqualTo(
              Map.of(
                  64L << 10, 15L, 256L << 10, 15L, 1L << 20, 15L, 4L << 20, 15L, 16L << 20, 15L));
      assertThat(counts(loads, AccessContext::targets)).isEqualTo(Map.of(1, 25L, 4, 25L, 8, 25L));
      assertThat(counts(loads, x -> x.processes() + (x.shared() ? " shared" : " private")))
          .isEqualTo(
              Map.of(
                  "1 private",
                  15L,
                  "4 private",
                  15L,
                  "4 shared",
                  15L,
                  "16 private",
                  15L,
                  "16 shared",
                  15L));
      assertThat(counts(loads, x -> x.write() + " " + x.sequential()).values())
          .containsExactlyInAnyOrder(18L, 19L, 19L, 19L);
    }
  }

  @Test
  void smallPoolsAreMeasuredWithWhatTheyHave() {
    Map<Integer, Set<Integer>> expected =
        Map.of(
            1,
            Set.of(1),
            2,
            Set.of(1, 2),
            3,
            Set.of(1, 2, 3),
            4,
            Set.of(1, 2, 4),
            6,
            Set.of(1, 4, 6));
    expected.forEach(
        (targets, levels) -> {
          Site small = site("hardware = hdd, storage-servers = 1, targets-per-server = " + targets);
          List<AccessContext> loads = loads(small, small.pools().get(0));
          assertThat(counts(loads, AccessContext::targets).keySet()).isEqualTo(levels);
          assertThat(loads).hasSize(25 * levels.size());
        });
  }

  @Test
  void cellsHaveEightChunksATargetAndMissTheIncidents() {
    for (CalibrationSweep.Cell cell : CalibrationSweep.cells(site, site.pools().get(0))) {
      AccessContext x = cell.access();
      assertThat(x.sizeBytes()).isGreaterThanOrEqualTo(x.targets() * 8 * (8L << 20));
      for (long second = cell.second(); second < cell.second() + 24; second++) {
        assertThat(site.down().contains(second) || site.gap().contains(second)).isFalse();
        assertThat(second).isBetween(site.startSecond(), site.endSecond() - 1);
      }
    }
  }

  @Test
  void whatIsMeasuredIsThePhysicsButForTheHourAndNoise() throws IOException {
    Map<String, CalibrationSweep.Cell> cells =
        site.pools().stream()
            .flatMap(pool -> CalibrationSweep.cells(site, pool).stream())
            .collect(Collectors.toMap(CalibrationSweep.Cell::group, Function.identity()));
    String[] lines = text(site).split("\n");
    assertThat(lines).hasSize(1 + 2 * 75 * ChunkSize.CANDIDATES.size());
    double sum = 0;
    double squares = 0;
    for (int i = 1; i < lines.length; i++) {
      String[] fields = lines[i].split(",");
      CalibrationSweep.Cell cell = cells.get(fields[1]);
      double expected =
          cell.pool().physics().throughput(cell.access(), Long.parseLong(fields[3])) / (1 << 20);
      double log = Math.log(Double.parseDouble(fields[11]) / expected);
      sum += log;
      squares += log * log;
    }
    int n = lines.length - 1;
    assertThat(sum / n).isBetween(-0.05, 0.05);
    assertThat(Math.sqrt(squares / n)).isBetween(0.06, 0.2);
  }

  @Test
  void theSeedDecidesEverything() throws IOException {
    assertThat(text(site("hardware = mixed"))).isEqualTo(text(site));
    Site other = Site.of(SettingsReader.parse("chunkopt.run.seed = 8"));
    assertThat(loads(other, other.pools().get(0))).isNotEqualTo(loads(site, site.pools().get(0)));
  }

  private static Site site(String settings) {
    return Site.of(SettingsReader.parse("chunkopt.simulate { " + settings + " }"));
  }

  private static List<AccessContext> loads(Site site, Pool pool) {
    return CalibrationSweep.cells(site, pool).stream().map(CalibrationSweep.Cell::access).toList();
  }

  private static <K> Map<K, Long> counts(
      List<AccessContext> loads, Function<AccessContext, K> level) {
    return loads.stream().collect(Collectors.groupingBy(level, Collectors.counting()));
  }

  private static String text(Site site) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ByteText text = new ByteText(bytes)) {
      CalibrationSweep.write(site, text);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
