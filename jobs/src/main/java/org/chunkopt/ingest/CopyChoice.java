package org.chunkopt.ingest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/**
 * Which database and retention policy counts for each measurement. A continuous query keeps sums or
 * means of the same points in a second policy, under the same names: added up they would count
 * twice. Of the policies that an export names the one with most lines counts, on a tie the default
 * one. Lines under no name, as exports of InfluxDB 2.x and pulls have them, always count.
 *
 * @param passedOver file, segment and measurement of what does not count
 * @param lines of these by file
 * @param warnings what was passed over, in sentences
 */
record CopyChoice(
    HashSet<List<Object>> passedOver, Map<Integer, Long> lines, List<String> warnings) {
  private static final String DATABASE = "# CONTEXT-DATABASE:";
  private static final String POLICY = "# CONTEXT-RETENTION-POLICY:";
  private static final String CREATE = "CREATE DATABASE ";
  private static final String NAMED = " WITH NAME ";

  /** Default policies of BeeGFS-mon and InfluxDB, where an export does not tell the default. */
  private static final List<String> USUAL = List.of("auto", "autogen");

  /** A database and one of its policies. */
  private record Source(String database, String policy) {
    @Override
    public String toString() {
      return database + "/" + policy;
    }
  }

  /** Whether a comment of an export names a database or policy. */
  static boolean isContext(String comment) {
    return comment.startsWith(DATABASE) || comment.startsWith(POLICY) || comment.startsWith(CREATE);
  }

  /**
   * A choice.
   *
   * @param contexts rows of {@link MetricsShuffle#CONTEXT}
   * @param counts rows of {@link MetricsShuffle#COUNT}
   */
  static CopyChoice of(List<Row> contexts, List<Row> counts) {
    Map<Integer, TreeMap<Long, String>> comments = new HashMap<>();
    for (Row context : contexts) {
      comments
          .computeIfAbsent(context.getInt(0), file -> new TreeMap<>())
          .put(context.getLong(1), context.getString(2));
    }
    Map<List<Object>, Source> sources = new HashMap<>();
    Map<String, Map<Source, Long>> sizes = new TreeMap<>();
    for (Row count : counts) {
      Source source = source(comments.get(count.getInt(0)), count.getLong(1));
      if (source != null) {
        sources.put(key(count), source);
        sizes
            .computeIfAbsent(count.getString(2), measurement -> new HashMap<>())
            .merge(source, count.getLong(3), Long::sum);
      }
    }
    Comparator<Map.Entry<Source, Long>> order = order(defaults(comments));
    Map<String, Source> chosen = new HashMap<>();
    Map<List<Object>, Set<String>> copies = new HashMap<>();
    sizes.forEach(
        (measurement, bySource) -> {
          List<Source> best =
              bySource.entrySet().stream().sorted(order).map(Map.Entry::getKey).toList();
          chosen.put(measurement, best.get(0));
          if (best.size() > 1) {
            copies.computeIfAbsent(List.copyOf(best), of -> new TreeSet<>()).add(measurement);
          }
        });
    HashSet<List<Object>> passedOver = new HashSet<>();
    Map<Integer, Long> lines = new HashMap<>();
    for (Row count : counts) {
      Source source = sources.get(key(count));
      if (source != null && !source.equals(chosen.get(count.getString(2)))) {
        passedOver.add(key(count));
        lines.merge(count.getInt(0), count.getLong(3), Long::sum);
      }
    }
    return new CopyChoice(
        passedOver,
        lines,
        copies.entrySet().stream()
            .map(copy -> sentence(copy.getKey(), copy.getValue()))
            .sorted()
            .toList());
  }

  /** Whether what a segment of a file holds of a measurement counts. */
  boolean counts(Object file, Object segment, Object measurement) {
    return counts(passedOver, file, segment, measurement);
  }

  /** The same of what a task carries. */
  static boolean counts(
      HashSet<List<Object>> passedOver, Object file, Object segment, Object measurement) {
    return passedOver.isEmpty() || !passedOver.contains(List.of(file, segment, measurement));
  }

  private static List<Object> key(Row count) {
    return List.of(count.get(0), count.get(1), count.get(2));
  }

  private static Source source(TreeMap<Long, String> comments, long segment) {
    String database = null;
    String policy = null;
    if (comments != null) {
      for (String comment : comments.headMap(segment, true).values()) {
        if (comment.startsWith(DATABASE)) {
          database = comment.substring(DATABASE.length());
        } else if (comment.startsWith(POLICY)) {
          policy = comment.substring(POLICY.length());
        }
      }
    }
    return database == null && policy == null ? null : new Source(database, policy);
  }

  /** Default policies: those of databases of which the exports create one only. */
  private static Set<Source> defaults(Map<Integer, TreeMap<Long, String>> comments) {
    return comments.values().stream()
        .flatMap(ofFile -> ofFile.values().stream())
        .filter(comment -> comment.startsWith(CREATE) && comment.contains(NAMED))
        .map(
            comment -> {
              int name = comment.indexOf(NAMED);
              return new Source(
                  comment.substring(CREATE.length(), name),
                  comment.substring(name + NAMED.length()));
            })
        .distinct()
        .collect(Collectors.groupingBy(Source::database))
        .values()
        .stream()
        .filter(ofDatabase -> ofDatabase.size() == 1)
        .flatMap(List::stream)
        .collect(Collectors.toSet());
  }

  private static Comparator<Map.Entry<Source, Long>> order(Set<Source> defaults) {
    return Comparator.<Map.Entry<Source, Long>>comparingLong(Map.Entry::getValue)
        .reversed()
        .thenComparing(entry -> !defaults.contains(entry.getKey()))
        .thenComparingInt(
            entry -> Math.floorMod(USUAL.indexOf(entry.getKey().policy()), USUAL.size() + 1))
        .thenComparing(entry -> entry.getKey().toString());
  }

  private static String sentence(List<Object> sources, Set<String> measurements) {
    List<String> others = new ArrayList<>();
    sources.stream().skip(1).forEach(source -> others.add(source.toString()));
    return "The exports hold %s in %s and in %s: only %s counts. Export one retention policy, see export-influx.sh --help."
        .formatted(
            String.join(", ", measurements),
            sources.get(0),
            String.join(", ", others),
            sources.get(0));
  }
}
