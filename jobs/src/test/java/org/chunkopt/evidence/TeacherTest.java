package org.chunkopt.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chunkopt.evidence.Cohort.Use;
import org.chunkopt.settings.SettingsReader;
import org.junit.jupiter.api.Test;

class TeacherTest {
  private static final Use WRITES = new Use(true, true, false, 20, 0);
  private static final Use READS = new Use(false, true, false, 16, 0);
  private static final String ALL = "all files";
  private static final double TIE = AccessPattern.log2(1.02);
  private static final Habits HABITS =
      new Habits(
          List.of(
              HabitsTest.row(ALL, "/a", WRITES, 3),
              HabitsTest.row(ALL, "/b", READS, 1),
              HabitsTest.row(ALL, "/c", READS, 1),
              HabitsTest.row(ALL, "/d", READS, 1)),
          List.of());
  private static final Teacher TEACHER =
      Teacher.of(SettingsReader.defaults().evidence(), Map.of("p", List.of()), HABITS, 1);
  private static final Cohort WRITTEN = new Cohort("p", 1, 30, WRITES, null, null, null);
  private static final Cohort READ = new Cohort("p", 1, 30, READS, null, null, null);
  private static final Cohort UNKNOWN = new Cohort("p", 1, 30, null, null, ALL, null);

  @Test
  void knowsFilesOfItsPoolsWithTargets() {
    assertThat(TEACHER.knows(UNKNOWN)).isTrue();
    assertThat(TEACHER.knows(new Cohort("p", null, 30, WRITES, null, null, null))).isFalse();
    assertThat(TEACHER.knows(new Cohort("q", 1, 30, WRITES, null, null, null))).isFalse();
  }

  @Test
  void ofUnknownUseItExpectsTheMeanOverTheLikelyOnes() {
    for (int to = 0; to < 8; to++) {
      double written = TEACHER.answer(WRITTEN, 3).changes().get(to).odds().mean();
      double read = TEACHER.answer(READ, 3).changes().get(to).odds().mean();
      assertThat(TEACHER.answer(UNKNOWN, 3).changes().get(to).odds().mean())
          .isCloseTo(0.25 * written + 0.75 * read, within(1e-9));
    }
    assertThat(TEACHER.answer(UNKNOWN, 3).log2Throughput())
        .isCloseTo(
            0.25 * TEACHER.answer(WRITTEN, 3).log2Throughput()
                + 0.75 * TEACHER.answer(READ, 3).log2Throughput(),
            within(1e-9));
  }

  @Test
  void keepingIsWorthNothingForSure() {
    Teacher.Change kept = TEACHER.answer(UNKNOWN, 5).changes().get(5);
    assertThat(kept.to()).isEqualTo(5);
    assertThat(kept.odds().mean()).isZero();
    assertThat(kept.odds().sd()).isZero();
  }

  @Test
  void ofSizesThatHoldTheWholeFileTheSmallestIsBest() {
    Cohort tiny = new Cohort("p", 1, 16, WRITES, null, null, null);
    assertThat(TEACHER.best(tiny, TIE)).isEqualTo(new Teacher.Best(6, 0));
    assertThat(TEACHER.preferredLog2Kib(tiny, TIE)).isEqualTo(6);
    // On one target the law prefers larger chunks without an end; without a history nobody knows.
    assertThat(TEACHER.preferredLog2Kib(READ, TIE)).isGreaterThan(9);
    assertThat(TEACHER.best(READ, TIE).log2Kib()).isEqualTo(9);
  }

  @Test
  void theNumberOfAPatternLiesBetweenThoseOfItsLikelyUses() {
    double written = TEACHER.preferredLog2Kib(WRITTEN, TIE);
    double read = TEACHER.preferredLog2Kib(READ, TIE);
    assertThat(TEACHER.preferredLog2Kib(UNKNOWN, TIE))
        .isBetween(Math.min(written, read), Math.max(written, read));
  }

  @Test
  void aMixtureIsMeasuredWhereFourOfFiveOfItAre() {
    // Benchmarks measured the reads alone: three of four.
    List<Cell> cells = new ArrayList<>();
    for (int position : new int[] {3, 5}) {
      cells.add(Cells.benchmark("g", HABITS.pattern(READ), position, 9));
    }
    Teacher teacher =
        Teacher.of(SettingsReader.defaults().evidence(), Map.of("p", cells), HABITS, 1);
    assertThat(teacher.answer(READ, 3).changes().get(5).tier()).isEqualTo(Tier.MEASURED);
    assertThat(teacher.answer(UNKNOWN, 3).changes().get(5).tier()).isEqualTo(Tier.PREDICTED);
    Cohort withoutWriters = new Cohort("p", 1, 30, null, null, ALL, "/a");
    assertThat(teacher.answer(withoutWriters, 3).changes().get(5).tier()).isEqualTo(Tier.MEASURED);
  }

  @Test
  void aBenchmarkOfAnywhereSpeaksForPoolsWithoutOne() {
    Cell anywhere = in("any", Cells.benchmark("g", Cells.READS, 3, 9));
    Cell own = in("p", Cells.benchmark("h", Cells.READS, 3, 9));
    Cell history = in("q", Cells.history("/a", 1, Cells.READS, 3, 9, 5));
    assertThat(Teacher.byPool(List.of(anywhere, own, history), List.of("p", "q", "any")))
        .isEqualTo(
            Map.of("p", List.of(own), "q", List.of(history, anywhere), "any", List.of(anywhere)));
  }

  private static Cell in(String pool, Cell cell) {
    return new Cell(
        pool,
        cell.sweep(),
        cell.inventory(),
        cell.directory(),
        cell.uid(),
        cell.learn(),
        cell.cohort(),
        cell.use(),
        cell.position(),
        cell.log2(),
        cell.files(),
        cell.weight());
  }
}
