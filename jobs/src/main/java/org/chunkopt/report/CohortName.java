package org.chunkopt.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The name of a cohort, class|access|targets|request|size, in words. */
final class CohortName {
  private static final Pattern REQUEST = Pattern.compile("r(\\d+)(?:p(\\d+))?");
  private static final Pattern POWER = Pattern.compile("s(\\d+)");
  private static final Pattern TARGETS = Pattern.compile("t(\\d+)");

  private CohortName() {}

  /** A part that is none of the five stays as it is. */
  static String words(String cohort) {
    if (cohort == null || cohort.isEmpty()) {
      return "all files";
    }
    String[] parts = cohort.split("\\|");
    List<String> words = new ArrayList<>();
    for (int i = 0; i < parts.length; i++) {
      words.add(i == 0 ? parts[i] : i == 1 ? access(parts[i]) : part(parts[i]));
    }
    return String.join(", ", words);
  }

  private static String access(String part) {
    return part.replaceFirst("^r-", "reads-")
        .replaceFirst("^w-", "writes-")
        .replaceFirst("-seq\\b", "-sequential")
        .replaceFirst("-rand\\b", "-random")
        .replace('-', ' ');
  }

  private static String part(String part) {
    Matcher targets = TARGETS.matcher(part);
    if (targets.matches()) {
      return Quantities.amount(Long.parseLong(targets.group(1)), "target", "targets");
    }
    Matcher request = REQUEST.matcher(part);
    if (request.matches()) {
      return "requests of "
          + power(request.group(1))
          + (request.group(2) == null
              ? ""
              : " by " + (1L << Integer.parseInt(request.group(2))) + " processes");
    }
    Matcher size = POWER.matcher(part);
    return size.matches() ? "files of " + power(size.group(1)) : part;
  }

  private static String power(String log2) {
    return Quantities.bytes(Math.pow(2, Integer.parseInt(log2))).replace(".0 ", " ");
  }
}
