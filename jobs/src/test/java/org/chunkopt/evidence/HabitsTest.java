package org.chunkopt.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.assertj.core.data.Offset;
import org.chunkopt.evidence.Cohort.Use;
import org.chunkopt.tables.Tables;
import org.junit.jupiter.api.Test;

class HabitsTest {
  private static final Use WRITES = new Use(true, true, false, 20, 0);
  private static final Use READS = new Use(false, true, false, 16, 2);
  private static final Use RANDOM = new Use(false, false, false, 12, 0);
  private static final String ALL = "all files";
  private static final String SUFFIX = ".h5 files";
  private static final String SIBLINGS = "array files of /a";
  private static final Offset<Double> EXACTLY = within(1e-12);

  /** /a: three files written; /b: one read, three read at random; /c: only .nc, written. */
  private static final Habits HABITS =
      new Habits(
          List.of(
              row(SIBLINGS, "/a", WRITES, 3),
              row(SUFFIX, "/a", WRITES, 3),
              row(SUFFIX, "/b", READS, 1),
              row(SUFFIX, "/b", RANDOM, 3),
              row(ALL, "/a", WRITES, 3),
              row(ALL, "/b", READS, 1),
              row(ALL, "/b", RANDOM, 3),
              row(ALL, "/c", WRITES, 5)),
          List.of());

  @Test
  void aKnownUseIsTheOnlyOne() {
    assertThat(uses(HABITS, new Cohort("p", 4, 30, READS, null, null, null)))
        .containsExactly(Map.entry(READS, 1.0));
  }

  @Test
  void aDirectoryHasOneVoteWhateverItsFiles() {
    Map<Use, Double> uses = uses(HABITS, cohort(null, SUFFIX, null));
    assertThat(uses).hasSize(3);
    assertThat(uses.get(WRITES)).isCloseTo(0.5, EXACTLY);
    assertThat(uses.get(READS)).isCloseTo(0.125, EXACTLY);
    assertThat(uses.get(RANDOM)).isCloseTo(0.375, EXACTLY);
  }

  @Test
  void theOwnDirectoryCountsByItsFilesAndTheGroupByTheRest() {
    // Three of four of the weight is the directory's; the last quarter is the group's, as above.
    Map<Use, Double> uses = uses(HABITS, cohort(SIBLINGS, SUFFIX, null));
    assertThat(uses.get(WRITES)).isCloseTo(0.75 + 0.125, EXACTLY);
    assertThat(uses.get(READS)).isCloseTo(0.03125, EXACTLY);
    assertThat(uses.get(RANDOM)).isCloseTo(0.09375, EXACTLY);
  }

  @Test
  void theDirectoryThatIsLeftOutHasNoVote() {
    Map<Use, Double> uses = uses(HABITS, cohort(null, SUFFIX, "/a"));
    assertThat(uses).containsOnlyKeys(READS, RANDOM);
    assertThat(uses.get(READS)).isCloseTo(0.25, EXACTLY);
    assertThat(uses.get(RANDOM)).isCloseTo(0.75, EXACTLY);
  }

  @Test
  void aGroupThatIsNotThereIsThatOfAllFiles() {
    Map<Use, Double> uses = uses(HABITS, cohort(null, ".gone files", null));
    assertThat(uses.get(WRITES)).isCloseTo(2 / 3.0, EXACTLY);
  }

  @Test
  void withoutLogsTheUsesOfBenchmarksStandForTheSiteElseCommonOnes() {
    assertThat(uses(new Habits(List.of(), List.of(READS, RANDOM)), cohort(null, ALL, null)))
        .containsOnly(Map.entry(READS, 0.5), Map.entry(RANDOM, 0.5));
    Map<Use, Double> common = uses(new Habits(List.of(), List.of()), cohort(null, ALL, null));
    assertThat(common).hasSize(6);
    common.values().forEach(weight -> assertThat(weight).isCloseTo(1 / 6.0, EXACTLY));
  }

  @Test
  void manyUsesAreThinnedToTwentyFour() {
    List<Row> rows = new ArrayList<>();
    for (int request = 12; request <= 26; request++) {
      for (int processes = 0; processes < 3; processes++) {
        rows.add(row(ALL, "/" + rows.size(), new Use(true, true, true, request, processes), 1));
      }
    }
    Map<Use, Double> uses = uses(new Habits(rows, List.of()), cohort(null, ALL, null));
    assertThat(uses).hasSize(24);
    assertThat(uses.values()).allSatisfy(w -> assertThat(w).isCloseTo(1 / 24.0, EXACTLY));
  }

  @Test
  void thePatternOfAUseHasTheMeansOfThoseFiles() {
    AccessPattern reads = HABITS.pattern(new Cohort("p", 4, 30, READS, null, null, null));
    // The middle of the octave, and the means that the rows below have.
    assertThat(reads.sizeBytes()).isCloseTo(Math.pow(2, 29.5), within(1e-3));
    assertThat(reads.requestBytes()).isCloseTo(Math.pow(2, 16.25), within(1e-6));
    assertThat(reads.processes()).isCloseTo(Math.pow(2, 1.75), EXACTLY);
    Use unseen = new Use(true, false, true, 18, 3);
    AccessPattern octaves = HABITS.pattern(new Cohort("p", 4, 30, unseen, null, null, null));
    assertThat(octaves.requestBytes()).isEqualTo(262144);
    assertThat(octaves.processes()).isEqualTo(8);
  }

  private static Cohort cohort(String directory, String habit, String leftOut) {
    return new Cohort("p", 4, 30, null, directory, habit, leftOut);
  }

  private static Map<Use, Double> uses(Habits habits, Cohort cohort) {
    Map<Use, Double> uses = new HashMap<>();
    habits.uses(cohort).forEach(likely -> uses.put(likely.use(), likely.weight()));
    assertThat(uses.values().stream().mapToDouble(w -> w).sum()).isCloseTo(1, EXACTLY);
    return uses;
  }

  static Row row(String habit, String directory, Use use, long files) {
    Map<String, Object> columns = new HashMap<>();
    columns.put("habit", habit);
    columns.put("directory", directory);
    columns.put(
        "use",
        RowFactory.create(
            use.writes(),
            use.sequential(),
            use.shared(),
            use.requestOctave(),
            use.processesOctave()));
    columns.put("files", files);
    columns.put("request_log2", use.requestOctave() + 0.25);
    columns.put("processes_log2", Math.max(0, use.processesOctave() - 0.25));
    return new GenericRowWithSchema(
        Tables.HABITS.columnNames().stream().map(columns::get).toArray(), Tables.HABITS.schema());
  }
}
