package org.chunkopt.pull;

import com.influxdb.Cancellable;
import com.influxdb.client.domain.Query;
import com.influxdb.client.service.QueryService;
import com.influxdb.query.exceptions.FluxCsvParserException;
import com.influxdb.query.exceptions.FluxQueryException;
import com.influxdb.query.internal.FluxCsvParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.util.List;
import org.chunkopt.UserError;
import org.chunkopt.ingest.TakenFields;
import org.chunkopt.settings.Settings;

/** InfluxDB 2.x, asked in Flux. */
final class InfluxTwo {
  private final Server server;
  private final QueryService service;
  private final Settings.Influx settings;
  private final FluxCsvParser parser = new FluxCsvParser();

  InfluxTwo(Server server, Settings.Influx settings) {
    if (settings.org().isEmpty()) {
      throw UserError.usage("InfluxDB 2 needs an organization. Set chunkopt.influx.org.");
    }
    this.server = server;
    this.service = server.service(QueryService.class);
    this.settings = settings;
  }

  /** One feed per measurement. */
  List<Feed> feeds() {
    return TakenFields.byMeasurement().entrySet().stream()
        .<Feed>map(
            taken ->
                new BucketFeed(
                    this,
                    settings.bucket(),
                    taken.getKey(),
                    taken.getValue(),
                    settings.pagePoints()))
        .toList();
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
    Query query = new Query().query(flux);
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
