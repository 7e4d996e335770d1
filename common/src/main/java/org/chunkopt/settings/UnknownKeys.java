package org.chunkopt.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Finds keys that the manual does not have, and what they were meant to be. */
final class UnknownKeys {
  /** Keys of earlier releases, with what stands in their place. */
  private static final Map<String, String> REPLACED =
      Map.of(
          "plan.min-gain", "; the plan counts in hours since 1.1: use advice.loss-budget",
          "plan.min-agreement", "; the plan counts in hours since 1.1: use advice.loss-budget",
          "plan.exploration-percent", "; trials stand in its place: use plan.pilot-budget");

  private UnknownKeys() {}

  /** Adds a problem for every key of the overrides that is none of {@code known}. */
  static void reject(Config overrides, List<String> known, List<String> problems) {
    for (String root : overrides.root().keySet()) {
      if (!root.equals(Values.ROOT)) {
        problems.add(
            Values.origin(overrides.root().get(root).origin())
                + ": \""
                + root
                + "\" is no root key; every setting is below \"chunkopt\"");
      }
    }
    if (!overrides.hasPathOrNull(Values.ROOT)) {
      return;
    }
    if (!(overrides.root().get(Values.ROOT) instanceof ConfigObject)) {
      problems.add("\"chunkopt\" is no section; write chunkopt { ... }");
      return;
    }
    unknown("", overrides.getObject(Values.ROOT), known, problems);
  }

  private static void unknown(
      String prefix, ConfigObject object, List<String> known, List<String> problems) {
    for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
      String key = prefix + entry.getKey();
      boolean section = known.stream().anyMatch(k -> k.startsWith(key + "."));
      if (section && entry.getValue() instanceof ConfigObject inner) {
        unknown(key + ".", inner, known, problems);
      } else if (!known.contains(key)) {
        problems.add(
            Values.origin(entry.getValue().origin())
                + ": unknown key chunkopt."
                + key
                + REPLACED.getOrDefault(key, nearest(key, known(entry.getValue(), known))));
      }
    }
  }

  /** Sections may be mistyped like keys. */
  private static List<String> known(ConfigValue value, List<String> keys) {
    return value instanceof ConfigObject
        ? keys.stream().map(key -> key.substring(0, key.lastIndexOf('.'))).distinct().toList()
        : keys;
  }

  static String nearest(String key, List<String> known) {
    Function<String, Integer> distance = k -> distance(key, k);
    return known.stream()
        .min(Comparator.comparing(distance))
        .filter(k -> distance(key, k) <= Math.max(3, key.length() / 3))
        .map(k -> "; did you mean " + k + "?")
        .orElse("");
  }

  /** Levenshtein distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitute, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
