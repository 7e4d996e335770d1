package org.chunkopt.ingest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/**
 * The hosts that Telegraf reports: cpu and others under {@code host}, ping under {@code url}. A
 * host may have its short or its full name, and a server likewise; they are the same where all full
 * names with that first part are one.
 *
 * @param names as they stand in the exports
 * @param fullNames full names of hosts and servers by their first part
 */
record TelegrafHosts(Set<String> names, Map<String, Set<String>> fullNames) {
  private static final int MOST_NAMED = 5;

  /**
   * The hosts of the exports.
   *
   * @param sightings rows of {@link Sightings} that count
   */
  static TelegrafHosts of(List<Row> sightings) {
    Set<String> names = new TreeSet<>();
    Map<String, Set<String>> fullNames = new HashMap<>();
    for (Row sighting : sightings) {
      if (sighting.getString(Sightings.MEASUREMENT).isEmpty()) {
        names.add(sighting.getString(Sightings.SUBJECT));
        addFull(sighting.getString(Sightings.SUBJECT), fullNames);
      } else {
        addFull(sighting.getString(Sightings.NAME), fullNames);
        addFull(sighting.getString(Sightings.HOST), fullNames);
      }
    }
    return new TelegrafHosts(names, fullNames);
  }

  private static void addFull(String name, Map<String, Set<String>> fullNames) {
    if (name != null && !first(name).equals(folded(name))) {
      fullNames.computeIfAbsent(first(name), of -> new HashSet<>()).add(folded(name));
    }
  }

  /** The names under which Telegraf reports a server, the surest first; either name may be null. */
  List<String> of(String hostname, String name) {
    Set<String> found = new LinkedHashSet<>();
    Stream.of(hostname, name).filter(one -> one != null && names.contains(one)).forEach(found::add);
    for (String one : new String[] {hostname, name}) {
      if (one != null && fullNames.getOrDefault(first(one), Set.of()).size() < 2) {
        names.stream().filter(host -> first(host).equals(first(one))).forEach(found::add);
      }
    }
    return new ArrayList<>(found);
  }

  /** All names of the host of each server, by the first of them. */
  HashMap<String, List<String>> spellings(List<Node> nodes) {
    HashMap<String, List<String>> spellings = new HashMap<>();
    for (Node node : nodes) {
      if (node.telegrafHost() != null) {
        List<String> all = new ArrayList<>(List.of(node.telegrafHost()));
        of(node.telegrafHost(), node.name()).stream()
            .filter(host -> !all.contains(host))
            .forEach(all::add);
        spellings.put(node.telegrafHost(), all);
      }
    }
    return spellings;
  }

  /**
   * Says which hosts are no server, where there are servers without a host, and where ping asks for
   * no server by its name.
   *
   * @param pinged the hosts of ping among the names
   */
  List<String> warnings(List<Node> nodes, Set<String> pinged) {
    List<String> warnings = new ArrayList<>(withoutHost(nodes));
    Set<String> others = new TreeSet<>(pinged);
    spellings(nodes).values().forEach(others::removeAll);
    if (!pinged.isEmpty() && others.size() == pinged.size()) {
      warnings.add(
          "Telegraf's ping asks for no server by its name, but for "
              + listed(List.copyOf(others))
              + ": there is no network latency. Put the host names of the servers into its urls.");
    }
    return warnings;
  }

  private List<String> withoutHost(List<Node> nodes) {
    List<String> without =
        nodes.stream()
            .filter(node -> node.telegrafHost() == null)
            .map(node -> node.kind() + " " + (node.name() == null ? node.id() : node.name()))
            .sorted()
            .toList();
    Set<String> others = new TreeSet<>(names);
    spellings(nodes).values().forEach(others::removeAll);
    return without.isEmpty() || others.isEmpty()
        ? List.of()
        : List.of(
            "Telegraf reports no host by the name of "
                + listed(without)
                + ", but hosts that are no server: "
                + listed(others.stream().toList())
                + ". Let Telegraf use the host names of the servers.");
  }

  private static String listed(List<String> all) {
    return all.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
        + (all.size() > MOST_NAMED ? " and " + (all.size() - MOST_NAMED) + " more" : "");
  }

  /** The part before the first dot; an address whole. */
  private static String first(String name) {
    int dot = name.indexOf('.');
    boolean address = name.indexOf(':') >= 0 || name.matches("[0-9.]+");
    return folded(dot < 0 || address ? name : name.substring(0, dot));
  }

  private static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
