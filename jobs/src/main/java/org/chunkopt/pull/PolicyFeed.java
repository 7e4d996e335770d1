package org.chunkopt.pull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A measurement in a retention policy of InfluxDB 1.x. */
final class PolicyFeed implements Feed {
  private final InfluxOne influx;
  private final String measurement;
  private final SortedMap<String, String> types;
  private final List<String> tags;
  private final int pagePoints;
  private final String select;

  /**
   * A feed.
   *
   * @param source policy, if there is one, and measurement as a statement names them
   * @param types type by field
   * @param tags tag keys
   */
  PolicyFeed(
      InfluxOne influx,
      String source,
      String measurement,
      SortedMap<String, String> types,
      List<String> tags,
      int pagePoints) {
    this.influx = influx;
    this.measurement = measurement;
    this.types = types;
    this.tags = tags;
    this.pagePoints = pagePoints;
    // Tags as columns, not by GROUP BY: so rows come in the order of time, and LIMIT counts them
    // all.
    this.select =
        Stream.concat(
                types.keySet().stream().map(field -> InfluxOne.identifier(field) + "::field"),
                tags.stream().map(tag -> InfluxOne.identifier(tag) + "::tag"))
            .collect(Collectors.joining(", ", "SELECT ", " FROM " + source));
  }

  /** Time of the oldest point of {@code [from, until)}. */
  OptionalLong oldest(long from, long until) {
    JsonNode rows = rows(from, until, 1).path("values");
    return rows.isEmpty() ? OptionalLong.empty() : OptionalLong.of(rows.path(0).path(0).asLong());
  }

  @Override
  public Page read(long from, long until) {
    for (long limit = pagePoints; ; limit *= 4) {
      JsonNode series = rows(from, until, limit);
      JsonNode rows = series.path("values");
      boolean cut = series.path("partial").asBoolean();
      if (rows.size() < limit && !cut) {
        return page(rows, until);
      }
      // Points of the last time may be missing: the next page begins with them.
      long last = rows.path(rows.size() - 1).path(0).asLong();
      if (last > from) {
        return page(rows, last);
      }
      if (cut) {
        throw influx.tooFewRows(measurement, rows.size());
      }
    }
  }

  private JsonNode rows(long from, long until, long limit) {
    String where = " WHERE time >= " + from + " AND time < " + until + " LIMIT " + limit;
    return influx.ask(select + where).path(0);
  }

  private Page page(JsonNode rows, long until) {
    Lines lines = new Lines();
    for (JsonNode row : rows) {
      long time = row.path(0).asLong();
      if (time >= until) {
        break;
      }
      int column = 1;
      SortedMap<String, String> fields = new TreeMap<>();
      for (var field : types.entrySet()) {
        JsonNode value = row.path(column++);
        if (!value.isNull()) {
          fields.put(field.getKey(), print(field.getValue(), value));
        }
      }
      SortedMap<String, String> values = new TreeMap<>();
      for (String tag : tags) {
        values.put(tag, row.path(column++).asText(""));
      }
      lines.add(measurement, values, fields, time);
    }
    return lines.page(until);
  }

  private static String print(String type, JsonNode value) {
    return switch (type) {
      case "string" -> Lines.text(value.asText());
      case "integer" -> Lines.integer(value.asText());
      case "unsigned" -> Lines.unsigned(value.asText());
      default -> value.asText();
    };
  }
}
