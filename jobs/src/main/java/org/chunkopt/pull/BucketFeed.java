package org.chunkopt.pull;

import com.influxdb.Cancellable;
import com.influxdb.query.FluxColumn;
import com.influxdb.query.FluxRecord;
import com.influxdb.query.FluxTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A measurement in a bucket of InfluxDB 2.x. */
final class BucketFeed implements Feed {
  private final InfluxTwo influx;
  private final String bucket;
  private final String measurement;
  private final List<String> fields;
  private final int pagePoints;

  /** Time that one page covers: halved where it holds too many points, doubled where few. */
  private long span = Long.MAX_VALUE;

  BucketFeed(
      InfluxTwo influx, String bucket, String measurement, List<String> fields, int pagePoints) {
    this.influx = influx;
    this.bucket = bucket;
    this.measurement = measurement;
    this.fields = fields;
    this.pagePoints = pagePoints;
  }

  @Override
  public OptionalLong oldest(long from, long until) {
    String flux =
        points(from, until)
            + " |> first() |> keep(columns: [\"_time\"]) |> group() |> min(column: \"_time\")";
    List<Long> times = influx.ask(flux, Times::new);
    return times.stream().mapToLong(Long::longValue).min();
  }

  @Override
  public Page read(long from, long until) {
    while (true) {
      long end = until - from <= span ? until : from + span;
      PointRows rows = influx.ask(pivoted(from, end), () -> new PointRows(end - from > 1));
      if (!rows.isCancelled()) {
        if (rows.points < pagePoints / 4 && span < Long.MAX_VALUE / 2) {
          span *= 2;
        }
        return rows.lines.page(end);
      }
      span = Math.max(1, (end - from) / 2);
    }
  }

  private String points(long from, long until) {
    String used =
        fields.stream()
            .map(field -> "r._field == " + literal(field))
            .collect(Collectors.joining(" or "));
    return "from(bucket: %s) |> range(start: %s, stop: %s)"
            .formatted(literal(bucket), instant(from), instant(until))
        + " |> filter(fn: (r) => r._measurement == %s and (%s))"
            .formatted(literal(measurement), used);
  }

  private String pivoted(long from, long until) {
    return points(from, until)
        + " |> pivot(rowKey: [\"_time\"], columnKey: [\"_field\"], valueColumn: \"_value\")";
  }

  private static String literal(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("${", "\\${") + '"';
  }

  private static Instant instant(long ns) {
    return Instant.ofEpochSecond(0, ns);
  }

  private static long ns(Instant time) {
    return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
  }

  /** Lines out of rows that hold a point each; stops where the page is full. */
  private final class PointRows implements InfluxTwo.Rows<PointRows> {
    private final Lines lines = new Lines();
    private final boolean divisible;
    private FluxTable table;
    private List<FluxColumn> tags;
    private List<FluxColumn> values;
    private long points;
    private boolean full;

    PointRows(boolean divisible) {
      this.divisible = divisible;
    }

    @Override
    public void accept(int index, Cancellable cancellable, FluxTable begun) {
      // The parser fills in the columns after this call.
      table = begun;
      tags = null;
    }

    @Override
    public void accept(int index, Cancellable cancellable, FluxRecord record) {
      if (tags == null) {
        split(table.getColumns());
      }
      if (divisible && points == pagePoints) {
        full = true;
        return;
      }
      points++;
      SortedMap<String, String> tagValues = new TreeMap<>();
      for (FluxColumn tag : tags) {
        Object value = record.getValueByKey(tag.getLabel());
        tagValues.put(tag.getLabel(), value == null ? "" : value.toString());
      }
      SortedMap<String, String> fieldValues = new TreeMap<>();
      for (FluxColumn field : values) {
        Object value = record.getValueByKey(field.getLabel());
        // Annotated CSV writes an empty text as it writes none.
        if (value != null && !value.equals("")) {
          fieldValues.put(field.getLabel(), print(field, value));
        }
      }
      lines.add(measurement, tagValues, fieldValues, ns(record.getTime()));
    }

    private void split(List<FluxColumn> columns) {
      tags = new ArrayList<>();
      values = new ArrayList<>();
      for (FluxColumn column : columns) {
        String name = column.getLabel();
        if (fields.contains(name) && !column.isGroup()) {
          values.add(column);
        } else if (column.isGroup() && !name.startsWith("_")) {
          tags.add(column);
        }
      }
    }

    @Override
    public void cancel() {
      full = true;
    }

    @Override
    public boolean isCancelled() {
      return full;
    }

    @Override
    public PointRows result() {
      return this;
    }
  }

  private static String print(FluxColumn column, Object value) {
    if (value instanceof String text) {
      return Lines.text(text);
    }
    if (value instanceof Long number) {
      return column.getDataType().equals("unsignedLong")
          ? Lines.unsigned(Long.toUnsignedString(number))
          : Lines.integer(number.toString());
    }
    return value.toString();
  }

  /** The times of an answer. */
  private static final class Times implements InfluxTwo.Rows<List<Long>> {
    private final List<Long> times = new ArrayList<>();

    @Override
    public void accept(int index, Cancellable cancellable, FluxTable table) {}

    @Override
    public void accept(int index, Cancellable cancellable, FluxRecord record) {
      times.add(ns(record.getTime()));
    }

    @Override
    public void cancel() {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public List<Long> result() {
      return times;
    }
  }
}
