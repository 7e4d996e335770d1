package org.chunkopt.ingest;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What ingest takes of the metrics: all that is worth fetching from a server. */
public final class TakenFields {
  private TakenFields() {}

  /** Names of the fields by measurement. */
  public static SortedMap<String, List<String>> byMeasurement() {
    SortedMap<String, List<String>> fields = new TreeMap<>();
    for (Measurement measurement : Measurement.used()) {
      fields.put(
          measurement.name(), measurement.fields().stream().map(Measurement.Field::name).toList());
    }
    return fields;
  }
}
