package org.chunkopt.evaluate;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * One policy's sums by directory, in the order of the directories' names.
 *
 * @param directories their names
 * @param columns a value per directory, by name
 */
record Sums(List<String> directories, Map<String, double[]> columns) {

  /** The sums of every policy, of rows {@code policy, directory, sums...}. */
  static Map<String, Sums> byPolicy(Dataset<Row> rows) {
    Map<String, List<Row>> byPolicy = new TreeMap<>();
    rows.collectAsList()
        .forEach(
            row ->
                byPolicy
                    .computeIfAbsent(row.getAs("policy"), policy -> new java.util.ArrayList<>())
                    .add(row));
    Map<String, Sums> sums = new LinkedHashMap<>();
    byPolicy.forEach((policy, own) -> sums.put(policy, of(own)));
    return sums;
  }

  private static Sums of(List<Row> rows) {
    rows.sort(Comparator.comparing(row -> row.<String>getAs("directory")));
    Map<String, double[]> columns = new HashMap<>();
    for (String name : rows.get(0).schema().fieldNames()) {
      if (!name.equals("policy") && !name.equals("directory")) {
        columns.put(name, rows.stream().mapToDouble(row -> row.<Double>getAs(name)).toArray());
      }
    }
    return new Sums(rows.stream().map(row -> row.<String>getAs("directory")).toList(), columns);
  }

  double[] column(String name) {
    return columns.get(name);
  }

  double total(String name) {
    double sum = 0;
    for (double value : column(name)) {
      sum += value;
    }
    return sum;
  }

  /** A column less the same one of another policy on the same directories. */
  double[] less(Sums other, String name) {
    double[] difference = column(name).clone();
    for (int i = 0; i < difference.length; i++) {
      difference[i] -= other.column(name)[i];
    }
    return difference;
  }

  /** Whether both stand for the same directories, so that they can be compared in pairs. */
  boolean pairedWith(Sums other) {
    return other != null && directories.equals(other.directories);
  }
}
