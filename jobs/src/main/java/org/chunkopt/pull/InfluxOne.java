package org.chunkopt.pull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.influxdb.client.service.InfluxQLQueryService;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.chunkopt.UserError;
import org.chunkopt.ingest.TakenFields;
import org.chunkopt.settings.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * InfluxDB 1.x, and 3 by the same interface, asked in InfluxQL for JSON: unlike CSV it tells an
 * empty text from none, and an error from no points. Neither has types, so these are asked for
 * first.
 */
final class InfluxOne implements Feeds {
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
  private final List<PolicyFeed> feeds = new ArrayList<>();

  private InfluxOne(Server server, Settings.Influx settings) {
    this.server = server;
    this.service = server.service(InfluxQLQueryService.class);
    int slash = settings.bucket().indexOf('/');
    this.database = slash < 0 ? settings.bucket() : settings.bucket().substring(0, slash);
    this.policy = slash < 0 ? "" : settings.bucket().substring(slash + 1);
    this.pagePoints = settings.pagePoints();
  }

  /**
   * InfluxDB 1.x: each measurement of one retention policy.
   *
   * @throws UserError where there is no such database or policy, or several policies hold the same
   *     measurement and the settings name none
   */
  static InfluxOne ofVersionOne(Server server, Settings.Influx settings) {
    InfluxOne influx = new InfluxOne(server, settings);
    SortedMap<String, List<String>> holders = new TreeMap<>();
    for (String name : influx.policies()) {
      for (String measurement : influx.addFeeds(identifier(name) + ".")) {
        holders.computeIfAbsent(measurement, of -> new ArrayList<>()).add(name);
      }
    }
    holders.forEach(influx::requireOnePolicy);
    return influx;
  }

  /** InfluxDB 3, which has no retention policies. */
  static InfluxOne ofVersionThree(Server server, Settings.Influx settings) {
    InfluxOne influx = new InfluxOne(server, settings);
    influx.addFeeds("");
    return influx;
  }

  @Override
  public OptionalLong oldest(long from, long until) {
    return feeds.stream()
        .map(feed -> feed.oldest(from, until))
        .flatMapToLong(OptionalLong::stream)
        .min();
  }

  @Override
  public List<Feed> within(long from, long until) {
    return List.copyOf(feeds);
  }

  /** The retention policies of the database that the settings allow, the default one first. */
  private List<String> policies() {
    List<String> policies = new ArrayList<>();
    for (JsonNode series : ask("SHOW RETENTION POLICIES ON " + identifier(database))) {
      int isDefault = column(series, "default");
      for (JsonNode row : series.path("values")) {
        policies.add(row.path(isDefault).asBoolean() ? 0 : policies.size(), row.path(0).asText());
      }
    }
    if (!policy.isEmpty()) {
      if (!policies.contains(policy)) {
        throw server.error(
            "has no retention policy " + policy + " in " + database,
            "Set chunkopt.influx.bucket to " + database + " or to one of its policies.");
      }
      policies.retainAll(List.of(policy));
    }
    return policies;
  }

  private static int column(JsonNode series, String name) {
    for (int i = 0; i < series.path("columns").size(); i++) {
      if (series.path("columns").path(i).asText().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** Points of two policies under one name are copies, of which only one set counts. */
  private void requireOnePolicy(String measurement, List<String> policies) {
    if (policies.size() > 1) {
      throw server.error(
          "has %s in several retention policies of %s: %s"
              .formatted(measurement, database, String.join(", ", policies)),
          "Choose one: set chunkopt.influx.bucket to " + database + "/" + policies.get(0));
    }
  }

  /** Adds the measurements of a policy; says which. */
  private Set<String> addFeeds(String qualifier) {
    Map<String, List<String>> tags = tags(qualifier);
    Map<String, SortedMap<String, String>> fields = fields(qualifier);
    fields.forEach(
        (measurement, types) ->
            feeds.add(
                new PolicyFeed(
                    this,
                    qualifier + identifier(measurement),
                    measurement,
                    types,
                    tags.getOrDefault(measurement, List.of()),
                    pagePoints)));
    return fields.keySet();
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

  private Map<String, SortedMap<String, String>> fields(String qualifier) {
    Map<String, SortedMap<String, String>> types = new TreeMap<>();
    for (JsonNode series : ask("SHOW FIELD KEYS" + from(qualifier))) {
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

  private Map<String, List<String>> tags(String qualifier) {
    Map<String, List<String>> tags = new TreeMap<>();
    for (JsonNode series : ask("SHOW TAG KEYS" + from(qualifier))) {
      List<String> keys = new ArrayList<>();
      series.path("values").forEach(row -> keys.add(row.path(0).asText()));
      tags.put(series.path("name").asText(), keys);
    }
    return tags;
  }

  private String from(String qualifier) {
    List<String> sources =
        TakenFields.byMeasurement().keySet().stream()
            .map(measurement -> qualifier + identifier(measurement))
            .toList();
    return (qualifier.isEmpty() ? "" : " ON " + identifier(database))
        + " FROM "
        + String.join(",", sources);
  }

  static String identifier(String name) {
    return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
