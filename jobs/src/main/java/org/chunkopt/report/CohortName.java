package org.chunkopt.report;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;

/** A cohort in words. */
final class CohortName {
  private CohortName() {}

  /**
   * The words.
   *
   * @param cohort value of a column {@code cohort}
   */
  static String words(Row cohort) {
    List<String> words = new ArrayList<>();
    words.add(AdviceSections.word(cohort.getAs("storage_class")));
    Row use = cohort.getAs("use");
    words.add(use == null ? standIns(cohort) : use(use));
    Integer targets = cohort.getAs("targets");
    if (targets != null) {
      words.add(Quantities.amount(targets, "target", "targets"));
    }
    words.add("files of up to " + power(cohort.getAs("size_octave")));
    return String.join(", ", words);
  }

  private static String use(Row use) {
    int processes = use.getAs("processes_octave");
    return (use.<Boolean>getAs("shared") ? "shared " : "private ")
        + (use.<Boolean>getAs("sequential") ? "sequential " : "random ")
        + (use.<Boolean>getAs("writes") ? "writes" : "reads")
        + " of about "
        + power(use.getAs("request_octave"))
        + (processes > 0 ? " by " + (1L << processes) + " processes" : "");
  }

  /** The groups of logged files whose uses stand for that of files without a log. */
  private static String standIns(Row cohort) {
    List<String> groups = new ArrayList<>();
    for (String column : List.of("directory", "habit")) {
      if (cohort.getAs(column) != null) {
        // The size of the group is that of the cohort, which its name ends with.
        groups.add(cohort.<String>getAs(column).replaceFirst(", size 2\\^\\d+$", ""));
      }
    }
    return groups.isEmpty()
        ? "never logged"
        : "never logged, taken to be used like " + String.join(" and ", groups);
  }

  private static String power(int log2) {
    return Quantities.bytes(Math.pow(2, log2)).replace(".0 ", " ");
  }
}
