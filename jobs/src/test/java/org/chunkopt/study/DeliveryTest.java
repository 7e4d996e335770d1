package org.chunkopt.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.chunkopt.simulate.LivingSite.Made;
import org.junit.jupiter.api.Test;

class DeliveryTest {
  private static final Offset<Double> EXACT = within(1e-9);
  private static final long DEFAULT = 512 << 10;

  /** MiB of a file that takes an hour at 1 MiB/s. */
  private static final long HOUR = 3_600;

  private final Delivery delivery = new Delivery();

  @Test
  void hoursAreSavedAndLostAgainstTheFirstPatterns() {
    // With 1 MiB chunks the first is twice as fast as with 512 KiB, the second half as fast.
    Map<String, Double> figures =
        delivery.of(List.of(made("/a", 1, 2, HOUR, 1 << 20), made("/b", 1, 0.5, HOUR, 1 << 20)), 1);
    assertThat(figures.get("io_h")).isCloseTo(2, EXACT);
    assertThat(figures.get("avoidable_h")).isCloseTo(0.5, EXACT);
    assertThat(figures.get("saved_h")).isCloseTo(0.5, EXACT);
    assertThat(figures.get("lost_h")).isCloseTo(1, EXACT);
    assertThat(figures.get("share")).isCloseTo(-1, EXACT);
    assertThat(figures.get("slower")).isCloseTo(0.5, EXACT);
    assertThat(figures.get("new_files")).isEqualTo(2);
  }

  @Test
  void ratiosAreGeometricMeansOverAllDaysAndOfTheLast() {
    List<Made> files = new ArrayList<>();
    files.add(made("/a", 1, 4, HOUR, DEFAULT));
    delivery.of(files, 1);
    files.add(made("/a", 2, 4, HOUR, 1 << 20));
    Map<String, Double> figures = delivery.of(files, 2);

    assertThat(figures.get("ratio")).isCloseTo(0.5, EXACT);
    assertThat(figures.get("keep")).isCloseTo(0.25, EXACT);
    assertThat(figures.get("constant")).isCloseTo(1, EXACT);
    assertThat(figures.get("new_ratio")).isCloseTo(1, EXACT);
    assertThat(figures.get("io_h")).as("of the last day alone").isCloseTo(1, EXACT);
  }

  @Test
  void aDirectoryBalancesItsFilesOverTheDays() {
    delivery.of(List.of(made("/a", 1, 2, HOUR, 1 << 20), made("/b", 1, 0.5, HOUR, 1 << 20)), 1);
    Map<String, Double> figures =
        delivery.of(List.of(made("/a", 2, 0.8, HOUR, 1 << 20), made("/b", 2, 2, HOUR, 1 << 20)), 2);

    assertThat(figures.get("items_saved_h")).isCloseTo(0.5 - 0.25, EXACT);
    assertThat(figures.get("items_lost_h")).isCloseTo(1 - 0.5, EXACT);
  }

  @Test
  void filesThatComeFromThePageCacheCostNoHours() {
    Made cached = new Made("/a", 1, throughput(2), HOUR << 20, 0, 1 << 20, DEFAULT);
    Map<String, Double> figures = delivery.of(List.of(cached), 1);
    assertThat(figures.get("io_h")).isZero();
    assertThat(figures.get("share")).isZero();
    assertThat(figures.get("ratio")).isCloseTo(1, EXACT);
  }

  @Test
  void aLineHasItsFiguresBelowTheirNames() {
    Map<String, Double> figures = delivery.of(List.of(made("/a", 1, 2, HOUR, 1 << 20)), 1);
    for (String name : List.of("night", "night_s", "change", "try", "undo", "rewrite")) {
      figures.put(name, 7.0);
    }
    assertThat(Delivery.line(figures)).hasSameSizeAs(Delivery.header());
    Delivery.FIGURES
        .keySet()
        .forEach(name -> assertThat(Delivery.LEGEND + "night_s").contains(name));
  }

  private static Made made(String directory, int day, double at1Mib, long mib, long chunkBytes) {
    return new Made(directory, day, throughput(at1Mib), mib << 20, 1, chunkBytes, DEFAULT);
  }

  /** 1 MiB/s with every chunk size, but for one. */
  private static double[] throughput(double at1Mib) {
    return new double[] {0.1, 0.1, 0.1, 1, at1Mib, 0.1, 0.1, 0.1};
  }
}
