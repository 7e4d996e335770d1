package org.chunkopt.pull;

import com.influxdb.Cancellable;
import com.influxdb.client.domain.Dialect;
import com.influxdb.client.domain.Query;
import com.influxdb.client.service.QueryService;
import com.influxdb.query.FluxRecord;
import com.influxdb.query.FluxTable;
import com.influxdb.query.exceptions.FluxCsvParserException;
import com.influxdb.query.exceptions.FluxQueryException;
import com.influxdb.query.internal.FluxCsvParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.chunkopt.UserError;
import org.chunkopt.ingest.TakenFields;
import org.chunkopt.settings.Settings;

/** InfluxDB 2.x, asked in Flux. */
final class InfluxTwo implements Feeds {
  /** Without it the server annotates nothing, and an answer tells no types. */
  private static final Dialect DIALECT =
      new Dialect()
          .header(true)
          .delimiter(",")
          .commentPrefix("#")
          .annotations(
              List.of(
                  Dialect.AnnotationsEnum.DATATYPE,
                  Dialect.AnnotationsEnum.GROUP,
                  Dialect.AnnotationsEnum.DEFAULT));

  private final Server server;
  private final QueryService service;
  private final Settings.Influx settings;
  private final FluxCsvParser parser = new FluxCsvParser();
  private final SortedMap<String, Feed> feeds = new TreeMap<>();

  InfluxTwo(Server server, Settings.Influx settings) {
    if (settings.org().isEmpty()) {
      throw UserError.usage("InfluxDB 2 needs an organization. Set chunkopt.influx.org.");
    }
    this.server = server;
    this.service = server.service(QueryService.class);
    this.settings = settings;
    TakenFields.byMeasurement()
        .forEach(
            (measurement, fields) ->
                feeds.put(
                    measurement,
                    new BucketFeed(
                        this, settings.bucket(), measurement, fields, settings.pagePoints())));
  }

  @Override
  public OptionalLong oldest(long from, long until) {
    return firsts(from, until).values().stream().mapToLong(Long::longValue).min();
  }

  @Override
  public List<Feed> within(long from, long until) {
    return firsts(from, until).keySet().stream().map(feeds::get).toList();
  }

  /** Time of the first point of each measurement that has any: one request for all of them. */
  private SortedMap<String, Long> firsts(long from, long until) {
    String used =
        TakenFields.byMeasurement().entrySet().stream()
            .map(taken -> used(taken.getKey(), taken.getValue()))
            .collect(Collectors.joining(" or "));
    return ask(
        range(settings.bucket(), from, until)
            + " |> filter(fn: (r) => "
            + used
            + ") |> first() |> keep(columns: [\"_measurement\", \"_time\"])"
            + " |> group(columns: [\"_measurement\"]) |> min(column: \"_time\")",
        Firsts::new);
  }

  static String range(String bucket, long from, long until) {
    return "from(bucket: %s) |> range(start: %s, stop: %s)"
        .formatted(
            literal(bucket), Instant.ofEpochSecond(0, from), Instant.ofEpochSecond(0, until));
  }

  /** A condition of Flux: the record is of one of the fields. */
  static String used(String measurement, List<String> fields) {
    return fields.stream()
        .map(field -> "r._field == " + literal(field))
        .collect(
            Collectors.joining(
                " or ", "(r._measurement == %s and (".formatted(literal(measurement)), "))"));
  }

  private static String literal(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("${", "\\${") + '"';
  }

  static long ns(Instant time) {
    return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
  }

  /** Times by measurement. */
  private static final class Firsts implements Rows<SortedMap<String, Long>> {
    private final SortedMap<String, Long> times = new TreeMap<>();

    @Override
    public void accept(int index, Cancellable cancellable, FluxTable table) {}

    @Override
    public void accept(int index, Cancellable cancellable, FluxRecord record) {
      times.put(record.getMeasurement(), ns(record.getTime()));
    }

    @Override
    public void cancel() {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public SortedMap<String, Long> result() {
      return times;
    }
  }

  /** A page that fills while its rows arrive; of one attempt. */
  interface Rows<T> extends FluxCsvParser.FluxResponseConsumer, Cancellable {
    T result();
  }

  /** Where the rows of an attempt go. */
  interface Begin<T> {
    Rows<T> rows();
  }

  /**
   * The rows of the answer to a query.
   *
   * @throws UserError where the answer holds an error
   */
  <T> T ask(String flux, Begin<T> attempt) {
    Query query = new Query().query(flux).dialect(DIALECT);
    try {
      return server.ask(
          () ->
              service.postQueryResponseBody(
                  null, null, "application/json", settings.org(), null, query),
          body -> {
            Rows<T> rows = attempt.rows();
            try {
              parser.parseFluxResponse(body.source(), rows, rows);
            } catch (UncheckedIOException
                | FluxCsvParserException
                | IllegalStateException
                | IllegalArgumentException
                | IndexOutOfBoundsException
                | DateTimeException e) {
              // The connection was cut, or something else than InfluxDB answered.
              throw new IOException(e);
            }
            return rows.result();
          });
    } catch (FluxQueryException e) {
      throw server.error(
          "cannot read " + settings.bucket() + ": " + e.getMessage(),
          "If it names a limit, lower chunkopt.influx.page-points or raise the limit.");
    }
  }
}
