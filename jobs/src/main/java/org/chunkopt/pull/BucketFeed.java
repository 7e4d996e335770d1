package org.chunkopt.pull;

import com.influxdb.Cancellable;
import com.influxdb.query.FluxColumn;
import com.influxdb.query.FluxRecord;
import com.influxdb.query.FluxTable;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

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
    return InfluxTwo.range(bucket, from, until)
        + " |> filter(fn: (r) => %s)".formatted(InfluxTwo.used(measurement, fields));
  }

  private String pivoted(long from, long until) {
    return points(from, until)
        + " |> pivot(rowKey: [\"_time\"], columnKey: [\"_field\"], valueColumn: \"_value\")";
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
      lines.add(measurement, tagValues, fieldValues, InfluxTwo.ns(record.getTime()));
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
      // The server writes each newline of an answer, also within a text, as CR LF.
      return Lines.text(text.replace("\r\n", "\n"));
    }
    if (value instanceof Long number) {
      return column.getDataType().equals("unsignedLong")
          ? Lines.unsigned(Long.toUnsignedString(number))
          : Lines.integer(number.toString());
    }
    return value.toString();
  }
}
