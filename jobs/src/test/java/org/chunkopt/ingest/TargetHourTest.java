package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class TargetHourTest {
  private static final StructType COLUMNS = MinuteFamily.TARGETS.rows();

  @Test
  void aTargetThatMovesIsOneRowUnderItsLaterServer() {
    TargetHour hour = new TargetHour(List.of());
    hour.add(row("101", "2", "stor2", 5, 90, Map.of("diskSpaceFree", 3D, "inodesFree", 7D)));
    hour.add(
        row("101", "1", "stor1", 5, 20, Map.of("diskSpaceFree", 5D, "targetConsistencyState", 1D)));
    hour.add(row("101", "2", "stor2", 6, 99, Map.of("diskSpaceFree", 4D)));
    assertThat(hour.rows())
        .extracting(
            row -> row.getString(MinuteFold.PART),
            row -> row.getLong(MinuteFamily.MINUTE),
            row -> row.get(COLUMNS.fieldIndex("diskSpaceFree")),
            row -> row.get(COLUMNS.fieldIndex("diskSpaceFree_points")),
            row -> row.get(COLUMNS.fieldIndex("inodesFree")),
            row -> row.get(COLUMNS.fieldIndex("inodesTotal")),
            row -> row.get(COLUMNS.fieldIndex("targetConsistencyState")))
        .containsExactly(
            tuple("2", 5L, 8D, 2, 7D, null, 1D), tuple("2", 6L, 4D, 1, null, null, null));
  }

  @Test
  void targetsAreAskedForByIdOrByTheNameOfTheirServer() {
    TargetHour hour = new TargetHour(List.of("101", "stor2"));
    hour.add(row("101", "1", "stor1", 5, 20, Map.of()));
    hour.add(row("102", "1", "stor1", 5, 20, Map.of()));
    hour.add(row("201", "2", "stor2", 5, 20, Map.of()));
    hour.add(row("202", "2", null, 5, 20, Map.of()));
    assertThat(hour.rows()).extracting(row -> row.getString(1)).containsExactly("101", "201");
  }

  private static Row row(
      String target, String server, String name, long minute, long lastAt, Map<String, Double> of) {
    Map<String, Object> columns = new HashMap<>(of);
    of.keySet().stream()
        .filter(field -> !field.equals("targetConsistencyState"))
        .forEach(field -> columns.put(field + "_points", 1));
    columns.put("subject", target);
    columns.put("part", server);
    columns.put("name", name);
    columns.put("minute", minute);
    columns.put("last_at", lastAt);
    Object[] row = new Object[COLUMNS.size()];
    columns.forEach((column, value) -> row[COLUMNS.fieldIndex(column)] = value);
    return RowFactory.create(row);
  }
}
