package org.chunkopt.evidence;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Files that get the same answer: same class of storage, number of targets and size, and the same
 * use, or where no log tells the use the same group of files whose use stands for it.
 *
 * @param targets null where not known
 * @param sizeOctave log2 of the smallest power of two that holds the file
 * @param use null where no log tells it
 * @param directory habit of the logged files beside it, null without any
 * @param habit habit of the finest other group; null where the use is known
 * @param leftOut directory whose own logs do not count, null but in labels
 */
record Cohort(
    String storageClass,
    Integer targets,
    int sizeOctave,
    Use use,
    String directory,
    String habit,
    String leftOut) {

  /** How files are used, by octaves. */
  record Use(
      boolean writes, boolean sequential, boolean shared, int requestOctave, int processesOctave)
      implements Comparable<Use> {
    static Use of(Row row) {
      return new Use(
          row.getBoolean(0), row.getBoolean(1), row.getBoolean(2), row.getInt(3), row.getInt(4));
    }

    @Override
    public int compareTo(Use other) {
      int order = Boolean.compare(writes, other.writes);
      order = order != 0 ? order : Boolean.compare(sequential, other.sequential);
      order = order != 0 ? order : Boolean.compare(shared, other.shared);
      order = order != 0 ? order : Integer.compare(requestOctave, other.requestOctave);
      return order != 0 ? order : Integer.compare(processesOctave, other.processesOctave);
    }
  }

  static Cohort of(Row row) {
    return new Cohort(
        row.getString(0),
        row.isNullAt(1) ? null : row.getInt(1),
        row.getInt(2),
        row.isNullAt(3) ? null : Use.of(row.getStruct(3)),
        row.getString(4),
        row.getString(5),
        row.getString(6));
  }

  Row row() {
    return RowFactory.create(
        storageClass,
        targets,
        sizeOctave,
        use == null
            ? null
            : RowFactory.create(
                use.writes(),
                use.sequential(),
                use.shared(),
                use.requestOctave(),
                use.processesOctave()),
        directory,
        habit,
        leftOut);
  }

  /** The same files with a known use. */
  Cohort withUse(Use known) {
    return new Cohort(storageClass, targets, sizeOctave, known, null, null, null);
  }
}
