package org.chunkopt.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chunkopt.tables.Tables;

/**
 * One way to run the stages that learn and judge.
 *
 * @param name name in the results
 * @param from first stage that has to run again; the tables of earlier ones are those of the base
 * @param overrides settings by key below {@code chunkopt}
 */
record Variant(String name, String from, Map<String, Object> overrides) {
  /** The settings as they are. */
  static final Variant BASE = new Variant("base", "evidence", Map.of());

  /** The same site without its benchmark sweeps: what they are worth. */
  static final Variant WITHOUT_SWEEP = new Variant("without-sweep", "evidence", Map.of());

  /** Each leaves one thing out, or has it more. */
  static List<Variant> ablations(List<String> features) {
    List<Variant> variants = new ArrayList<>();
    for (String feature :
        List.of("current_chunk_log2_kib", "access_pattern_chunk_log2", "num_targets")) {
      if (features.contains(feature)) {
        variants.add(
            withFeatures(
                "without-" + feature.replace('_', '-'),
                features.stream().filter(name -> !name.equals(feature)).toList()));
      }
    }
    if (!features.equals(Tables.EXTENDED_FEATURES)) {
      variants.add(withFeatures("extended-features", Tables.EXTENDED_FEATURES));
    }
    variants.add(WITHOUT_SWEEP);
    return variants;
  }

  private static Variant withFeatures(String name, List<String> features) {
    return new Variant(
        name,
        "train",
        Map.of(
            "model.features", features, "model.input-features", String.valueOf(features.size())));
  }
}
