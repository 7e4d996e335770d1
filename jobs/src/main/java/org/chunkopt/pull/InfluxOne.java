package org.chunkopt.pull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.influxdb.client.service.InfluxQLQueryService;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.chunkopt.UserError;
import org.chunkopt.ingest.TakenFields;
import org.chunkopt.settings.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * InfluxDB 1.x, asked in InfluxQL for JSON: unlike CSV it tells an empty text from none, and an
 * error from no points. Neither has types, so these are asked for first.
 */
final class InfluxOne {
  /** Of a field that was written with several types a query returns the first of these. */
  private static final List<String> PRECEDENCE =
      List.of("float", "integer", "unsigned", "string", "boolean");

  private static final Logger LOG = LoggerFactory.getLogger(InfluxOne.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Server server;
  private final InfluxQLQueryService service;
  private final String database;
  private final String policy;
  private final int pagePoints;

  InfluxOne(Server server, Settings.Influx settings) {
    this.server = server;
    this.service = server.service(InfluxQLQueryService.class);
    int slash = settings.bucket().indexOf('/');
    this.database = slash < 0 ? settings.bucket() : settings.bucket().substring(0, slash);
    this.policy = slash < 0 ? "" : settings.bucket().substring(slash + 1);
    this.pagePoints = settings.pagePoints();
  }

  /**
   * One feed per retention policy and measurement that the database holds.
   *
   * @throws UserError where there is no such database or policy
   */
  List<Feed> feeds() {
    List<String> policies = new ArrayList<>();
    for (JsonNode series : ask("SHOW RETENTION POLICIES ON " + identifier(database))) {
      series.path("values").forEach(row -> policies.add(row.path(0).asText()));
    }
    if (!policy.isEmpty()) {
      if (!policies.contains(policy)) {
        throw server.error(
            "has no retention policy " + policy + " in " + database,
            "Set chunkopt.influx.bucket to " + database + " or to one of its policies.");
      }
      policies.retainAll(List.of(policy));
    }
    List<Feed> feeds = new ArrayList<>();
    for (String name : policies) {
      Map<String, SortedMap<String, String>> fields = fields(name);
      Map<String, List<String>> tags = tags(name);
      fields.forEach(
          (measurement, types) ->
              feeds.add(
                  new PolicyFeed(
                      this,
                      identifier(name) + "." + identifier(measurement),
                      measurement,
                      types,
                      tags.getOrDefault(measurement, List.of()),
                      pagePoints)));
    }
    return feeds;
  }

  /**
   * The series of the answer to one statement; empty where there are none.
   *
   * @throws UserError where the answer is an error
   */
  JsonNode ask(String statement) {
    JsonNode answer =
        server.ask(
            () -> service.query(statement, database, null, "ns", null, "application/json"),
            body -> whole(JSON.readTree(body.byteStream())));
    JsonNode result = answer.path("results").path(0);
    String error = answer.path("error").asText(result.path("error").asText());
    if (!error.isEmpty()) {
      throw server.error(
          "refuses to read " + database + ": " + error,
          error.startsWith("database not found")
              ? "Correct chunkopt.influx.bucket."
              : "If it names a limit, lower chunkopt.influx.page-points or raise the limit.");
    }
    return result.path("series");
  }

  private static JsonNode whole(JsonNode answer) throws IOException {
    if (!answer.has("results") && !answer.has("error")) {
      throw new IOException("No answer of InfluxDB.");
    }
    return answer;
  }

  /** The server cuts its answers short within the points of one instant. */
  UserError tooFewRows(String measurement, int rows) {
    return server.error(
        "cuts its answers after " + rows + " rows, and " + measurement + " has more at one time",
        "Raise max-row-limit in the [http] section of influxdb.conf.");
  }

  private Map<String, SortedMap<String, String>> fields(String policyName) {
    Map<String, SortedMap<String, String>> types = new TreeMap<>();
    for (JsonNode series : ask("SHOW FIELD KEYS" + from(policyName))) {
      String measurement = series.path("name").asText();
      List<String> taken = TakenFields.byMeasurement().getOrDefault(measurement, List.of());
      for (JsonNode row : series.path("values")) {
        String field = row.path(0).asText();
        if (taken.contains(field)) {
          types
              .computeIfAbsent(measurement, name -> new TreeMap<>())
              .merge(field, row.path(1).asText(), (a, b) -> first(measurement, field, a, b));
        }
      }
    }
    return types;
  }

  private static String first(String measurement, String field, String a, String b) {
    String chosen = PRECEDENCE.indexOf(a) < PRECEDENCE.indexOf(b) ? a : b;
    LOG.warn(
        "{}.{} was written as {} and as {}; InfluxDB returns {} only.",
        measurement,
        field,
        a,
        b,
        chosen);
    return chosen;
  }

  private Map<String, List<String>> tags(String policyName) {
    Map<String, List<String>> tags = new TreeMap<>();
    for (JsonNode series : ask("SHOW TAG KEYS" + from(policyName))) {
      List<String> keys = new ArrayList<>();
      series.path("values").forEach(row -> keys.add(row.path(0).asText()));
      tags.put(series.path("name").asText(), keys);
    }
    return tags;
  }

  private String from(String policyName) {
    List<String> sources =
        TakenFields.byMeasurement().keySet().stream()
            .map(measurement -> identifier(policyName) + "." + identifier(measurement))
            .toList();
    return " ON " + identifier(database) + " FROM " + String.join(",", sources);
  }

  static String identifier(String name) {
    return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
