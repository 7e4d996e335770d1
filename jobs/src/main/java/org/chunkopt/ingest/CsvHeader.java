package org.chunkopt.ingest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the columns of a table of CSV mean. A table is long, with one field of a point in a row, or
 * wide, with a column for each field.
 */
final class CsvHeader {
  /** In place of a column: the table has none. */
  static final int NONE = -1;

  private static final Set<String> RESERVED =
      Set.of("", "result", "table", "_start", "_stop", "_time", "_value", "_field", "_measurement");

  /** What the values of a column are, as far as the table says. */
  enum Type {
    /** The table does not say; the field does. */
    UNSAID,
    NUMBER,
    BOOLEAN,
    TEXT
  }

  /** A tag and its column. */
  record Tag(int column, byte[] key) {}

  /** A field of a measurement and its column. */
  record FieldColumn(int column, int field) {}

  /** The columns that make the series and the fields of one measurement. */
  record Layout(List<Tag> tags, List<FieldColumn> fields) {}

  /** A line of annotations or names, cell by cell. */
  private final List<String> names;

  private final List<String> groups;
  private final List<String> types;
  private final List<String> defaults;
  private final Map<Measurement, Layout> layouts = new IdentityHashMap<>();

  /** Columns of the measurement, the time, the key and the value of a long table's field. */
  final int measurement;

  final int time;
  final int field;
  final int value;

  /** Column with all tags of a series, as InfluxDB 1.x writes for GROUP BY. */
  final int tags;

  private CsvHeader(
      List<String> names,
      List<String> groups,
      List<String> types,
      List<String> defaults,
      int measurement,
      int time,
      int tags) {
    this.names = names;
    this.groups = groups;
    this.types = types;
    this.defaults = defaults;
    this.measurement = measurement;
    this.time = time;
    this.tags = tags;
    int key = names.indexOf("_field");
    this.value = names.indexOf("_value");
    this.field = value == NONE ? NONE : key;
  }

  /** The header of InfluxDB 1.x: {@code name,tags,time,...}, from the shell without tags. */
  static CsvHeader influxql(List<String> names) {
    return new CsvHeader(
        names,
        List.of(),
        List.of(),
        List.of(),
        names.indexOf("name"),
        names.indexOf("time"),
        names.indexOf("tags"));
  }

  /**
   * The header of annotated CSV of InfluxDB 2.x.
   *
   * @param groups values of {@code #group}, empty where it is not given, as the next two
   */
  static CsvHeader flux(
      List<String> names, List<String> groups, List<String> types, List<String> defaults) {
    return new CsvHeader(
        names,
        groups,
        types,
        defaults,
        names.indexOf("_measurement"),
        names.indexOf("_time"),
        NONE);
  }

  int columns() {
    return names.size();
  }

  /** The column that a row of points cannot do without and that is missing, or an empty text. */
  String missing() {
    boolean influxql = names.get(0).equals("name");
    return measurement == NONE ? "_measurement" : time == NONE ? (influxql ? "time" : "_time") : "";
  }

  /** Whether rows are the message of a failed query. */
  boolean isError() {
    return names.contains("error") && measurement == NONE;
  }

  int errorColumn() {
    return names.indexOf("error");
  }

  Type type(int column) {
    if (column >= types.size()) {
      return Type.UNSAID;
    }
    return switch (types.get(column)) {
      case "double", "long", "unsignedLong" -> Type.NUMBER;
      case "boolean" -> Type.BOOLEAN;
      case "string" -> Type.TEXT;
      default -> Type.UNSAID;
    };
  }

  /** Puts the defaults into the empty cells of a row. */
  void fill(CsvCells row) {
    for (int column = 0; column < defaults.size() && column < row.count(); column++) {
      if (!defaults.get(column).isEmpty() && row.isEmpty(column)) {
        row.fill(column, defaults.get(column).getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /** The columns of a measurement; tags by their keys, as InfluxDB sorts them. */
  Layout layout(Measurement of) {
    return layouts.computeIfAbsent(of, this::newLayout);
  }

  private Layout newLayout(Measurement of) {
    List<Tag> tagColumns = new ArrayList<>();
    List<FieldColumn> fields = new ArrayList<>();
    for (int column = 0; column < names.size(); column++) {
      byte[] key = names.get(column).getBytes(StandardCharsets.UTF_8);
      int index = field == NONE ? of.field(key, 0, key.length) : -1;
      if (isTag(column, of)) {
        tagColumns.add(new Tag(column, key));
      } else if (index >= 0) {
        fields.add(new FieldColumn(column, index));
      }
    }
    tagColumns.sort(Comparator.comparing(tag -> names.get(tag.column())));
    return new Layout(List.copyOf(tagColumns), List.copyOf(fields));
  }

  private boolean isTag(int column, Measurement of) {
    String name = names.get(column);
    if (column == measurement || column == time || column == tags || RESERVED.contains(name)) {
      return false;
    }
    if (field != NONE) {
      return true;
    }
    return column < groups.size() ? groups.get(column).equals("true") : of.tags().contains(name);
  }
}
