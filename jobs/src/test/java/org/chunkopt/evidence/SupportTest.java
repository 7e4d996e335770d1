package org.chunkopt.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SupportTest {
  private static final Offset<Double> EXACTLY = within(1e-12);

  @ParameterizedTest
  @CsvSource({
    // octave of the request, position of the chunk size, 1 / (1 + d / 2) of so many directories d
    "22, 3, 0.5",
    "22, 4, 0.6666666666666666",
    "23, 3, 0.6666666666666666",
    "21, 2, 0.8",
    "24, 3, 1",
    "22, 5, 1"
  })
  void directoriesAnOctaveAwayCountByHalf(int request, int position, double ignorance) {
    Support support = Support.of(30, 5, directories(2, 3, 10));
    assertThat(support.ignorance(Cells.reads(1L << 30, request, 4), position))
        .isCloseTo(ignorance, EXACTLY);
  }

  @Test
  void theDirectoryThatIsJudgedDoesNotSpeakForItself() {
    Support support = Support.of(30, 5, directories(2, 3, 10));
    assertThat(support.ignoranceWithout(Cells.READS, 3)).isCloseTo(1 / 1.5, EXACTLY);
    assertThat(support.ignoranceWithout(Cells.READS, 5)).isCloseTo(1, EXACTLY);
  }

  @ParameterizedTest
  @CsvSource({
    "22, 0.009900990099009901",
    "23, 0.0196078431372549",
    "24, 0.029126213592233",
    "25, 1"
  })
  void aBenchmarkCellCountsAsTwoHundredDirectoriesAndLessFartherOff(int request, double ignorance) {
    Support support = Support.of(30, 5, List.of(Cells.benchmark("g", Cells.READS, 3, 9)));
    AccessPattern use = Cells.reads(1L << 30, request, 4);
    assertThat(support.ignorance(use, 3)).isCloseTo(ignorance, EXACTLY);
    assertThat(support.ignorance(use, 4)).as("a size that was not measured").isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    // directories with 2 MiB, files in each, what the change from 512 KiB is
    "5, 6, MEASURED",
    "5, 5, PREDICTED",
    "4, 20, PREDICTED"
  })
  void measuredIsWhatThirtyFilesOfFiveDirectoriesHave(int directories, int files, Tier tier) {
    List<Cell> cells = new ArrayList<>(directories(6, 3, 10));
    for (int i = 0; i < directories; i++) {
      cells.add(Cells.history("/large" + i, 1, Cells.READS, 5, 9, files));
    }
    Support support = Support.of(30, 5, cells);
    assertThat(support.tier(Cells.READS, 3, 5)).isEqualTo(tier);
    assertThat(support.tier(Cells.READS, 5, 3)).isEqualTo(tier);
    assertThat(support.tier(Cells.READS, 3, 6))
        .as("a size that nobody has")
        .isEqualTo(Tier.PREDICTED);
  }

  @Test
  void measuredIsWhatABenchmarkMeasuredWithinTwoOctaves() {
    List<Cell> cells = new ArrayList<>();
    for (int position : new int[] {3, 5}) {
      cells.add(Cells.benchmark("g", Cells.READS, position, 9));
    }
    Support support = Support.of(30, 5, cells);
    assertThat(support.tier(Cells.reads(1L << 30, 24, 4), 3, 5)).isEqualTo(Tier.MEASURED);
    assertThat(support.tier(Cells.reads(1L << 30, 25, 4), 3, 5)).isEqualTo(Tier.PREDICTED);
    assertThat(support.tier(Cells.reads(1L << 30, 22, 1), 3, 5))
        .as("one target is another kind")
        .isEqualTo(Tier.PREDICTED);
  }

  @Test
  void changedIsWhatOneDirectoryHasBefore() {
    Support support =
        Support.of(
            30,
            5,
            List.of(
                Cells.history("/a", 1, Cells.READS, 3, 9, 10),
                Cells.history("/a", 1, Cells.READS, 5, 9, 10),
                Cells.history("/b", 1, Cells.READS, 6, 9, 10)));
    assertThat(support.tier(Cells.READS, 3, 5)).isEqualTo(Tier.CHANGED);
    assertThat(support.tier(Cells.READS, 5, 3)).isEqualTo(Tier.CHANGED);
    assertThat(support.tier(Cells.READS, 3, 6)).isEqualTo(Tier.PREDICTED);
  }

  @Test
  void speedsOfTheInventoryCountOnlyWhereThereAreNoOthers() {
    Cell blurred = Cells.inventory("/a", Cells.READS, 5, 9, 10);
    Cell logged = Cells.history("/b", 1, Cells.READS, 3, 9, 10);
    assertThat(Support.history(List.of(blurred, logged))).containsExactly(logged);
    assertThat(Support.history(List.of(blurred))).containsExactly(blurred);
  }

  private static List<Cell> directories(int count, int position, long files) {
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      cells.add(Cells.history("/d" + i, 1, Cells.READS, position, 9, files));
    }
    return cells;
  }
}
