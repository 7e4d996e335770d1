package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class CopyChoiceTest {
  private static final List<Row> CONTEXTS =
      List.of(
          context(0, 10, "CREATE DATABASE mon WITH NAME year"),
          context(0, 50, "# CONTEXT-DATABASE:mon"),
          context(0, 51, "# CONTEXT-RETENTION-POLICY:auto"),
          context(0, 900, "# CONTEXT-RETENTION-POLICY:year"));

  @Test
  void thePolicyWithMostLinesCountsAlsoInASplitThatDoesNotNameIt() {
    CopyChoice choice =
        CopyChoice.of(
            CONTEXTS,
            List.of(
                count(0, 51, "net", 40),
                count(0, 500, "net", 30),
                count(0, 900, "net", 60),
                count(0, 900, "cpu", 5),
                count(1, 0, "net", 7)));
    assertThat(choice.counts(0, 51L, "net")).isTrue();
    assertThat(choice.counts(0, 500L, "net")).as("the next split").isTrue();
    assertThat(choice.counts(0, 900L, "net")).isFalse();
    assertThat(choice.counts(0, 900L, "cpu")).as("no copy").isTrue();
    assertThat(choice.counts(1, 0L, "net")).as("under no name").isTrue();
    assertThat(choice.lines()).isEqualTo(Map.of(0, 60L));
    assertThat(choice.warnings())
        .singleElement()
        .asString()
        .startsWith("The exports hold net in mon/auto and in mon/year: only mon/auto counts.");
  }

  @Test
  void onATieTheDefaultPolicyCounts() {
    List<Row> tie = List.of(count(0, 51, "net", 40), count(0, 900, "net", 40));
    assertThat(CopyChoice.of(CONTEXTS, tie).counts(0, 51L, "net")).as("created: year").isFalse();
    assertThat(CopyChoice.of(CONTEXTS.subList(1, 4), tie).counts(0, 51L, "net"))
        .as("that of BeeGFS-mon, where none is known")
        .isTrue();
  }

  @Test
  void aServerWithTwoNamesAtOneTimeIsNamed() {
    long hour = 3_600_000_000_000L;
    assertThat(NameClashes.warnings(List.of(seen("a", 0, hour), seen("b", 0, hour))))
        .singleElement()
        .asString()
        .startsWith("The storage server 1 has several names at the same time: a, b.");
    assertThat(NameClashes.warnings(List.of(seen("a", 0, hour), seen("b", hour - 60, 2 * hour))))
        .as("renamed")
        .isEmpty();
  }

  private static Row seen(String name, long first, long last) {
    return RowFactory.create(
        0, "highResStorage", "1", "", name, last, 0L, null, 0L, "highResStorage", 0L, first);
  }

  private static Row context(int file, long offset, String comment) {
    return RowFactory.create(file, offset, comment);
  }

  private static Row count(int file, long segment, String measurement, long lines) {
    return RowFactory.create(file, segment, measurement, lines, 0L);
  }
}
