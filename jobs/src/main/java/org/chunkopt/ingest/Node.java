package org.chunkopt.ingest;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.chunkopt.settings.Settings;

/**
 * A server whose figures are taken, joined with the host that Telegraf reports under the host name
 * of the server, or else under the server's own name, see {@link TelegrafHosts}.
 *
 * @param kind storage or meta
 * @param id its number
 * @param name its last name, null where it has none
 * @param telegrafHost the host of Telegraf, null where there is none
 * @param hostname that host, else the host name that the server reports; may be null
 */
record Node(String kind, int id, String name, String telegrafHost, String hostname)
    implements Serializable {

  /** What the sightings of one server come to. */
  private static final class Seen {
    private Row name;
    private Row host;

    void add(Row sighting) {
      name = later(name, sighting, Sightings.AT);
      if (!sighting.isNullAt(Sightings.HOST)) {
        host = later(host, sighting, Sightings.HOST_AT);
      }
    }

    /** Of one time the last in source order, as of points. */
    private static Row later(Row one, Row other, int time) {
      return one == null
              || Comparator.<Row>comparingLong(row -> row.getLong(time))
                      .thenComparingInt(row -> row.getInt(Sightings.FILE))
                      .thenComparingLong(row -> row.getLong(Sightings.OFFSET))
                      .compare(one, other)
                  <= 0
          ? other
          : one;
    }
  }

  /** The kind of server that a measurement of servers or targets is about. */
  static String kind(String measurement) {
    return measurement.startsWith("storage") || measurement.equals("highResStorage")
        ? "storage"
        : "meta";
  }

  /**
   * The servers that were seen and are asked for: of storage by the ids of their targets, of
   * metadata by their own, both by name or host name; without a list all of the kind.
   *
   * @param sightings rows of {@link Sightings} of all files that count
   */
  static List<Node> asked(List<Row> sightings, Settings.Nodes asked) {
    Map<String, Map<Integer, Seen>> servers = new HashMap<>();
    TelegrafHosts hosts = TelegrafHosts.of(sightings);
    Set<Integer> ofTargets = new HashSet<>();
    for (Row sighting : sightings) {
      String measurement = sighting.getString(Sightings.MEASUREMENT);
      String subject = sighting.getString(Sightings.SUBJECT);
      if (measurement.isEmpty()) {
        continue;
      }
      if (MinuteFamily.of(measurement) == MinuteFamily.TARGETS) {
        if (asked.storageTargets().contains(subject)
            || isNamed(asked.storageTargets(), sighting.getString(Sightings.NAME))) {
          ofTargets.add(Integer.valueOf(sighting.getString(Sightings.PART)));
        }
      } else {
        servers
            .computeIfAbsent(kind(measurement), kind -> new HashMap<>())
            .computeIfAbsent(Integer.valueOf(subject), id -> new Seen())
            .add(sighting);
      }
    }
    List<Node> nodes = new ArrayList<>();
    servers.forEach(
        (kind, byId) ->
            byId.forEach(
                (id, seen) -> {
                  Node node = of(kind, id, seen, hosts);
                  if (node.isAsked(asked, ofTargets)) {
                    nodes.add(node);
                  }
                }));
    return nodes;
  }

  private static Node of(String kind, int id, Seen seen, TelegrafHosts hosts) {
    String name = seen.name.getString(Sightings.NAME);
    String host = seen.host == null ? null : seen.host.getString(Sightings.HOST);
    String telegraf = hosts.of(host, name).stream().findFirst().orElse(null);
    return new Node(kind, id, name, telegraf, telegraf == null ? host : telegraf);
  }

  private boolean isAsked(Settings.Nodes asked, Set<Integer> ofTargets) {
    boolean isStorage = kind.equals("storage");
    List<String> names = isStorage ? asked.storageTargets() : asked.metadataServers();
    boolean byId = isStorage ? ofTargets.contains(id) : names.contains(Integer.toString(id));
    return names.isEmpty()
        || byId
        || isNamed(names, name)
        || isNamed(names, hostname == null ? name : hostname);
  }

  private static boolean isNamed(List<String> names, String name) {
    return name != null && names.contains(name);
  }
}
