package org.chunkopt.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.policy.RootDefault;
import org.chunkopt.run.Run;
import org.chunkopt.run.RunFiles;
import org.chunkopt.settings.Settings;

/** The section on the plan: the commands, the directories, what was left out. */
final class PlanSection {
  private PlanSection() {}

  static void write(Html page, Run run, Figures figures, RunFiles files) {
    page.section("plan", "The plan")
        .paragraph(Quantities.sentence(Summary.saves(run, figures)))
        .paragraph(Quantities.sentence(Summary.plan(run, figures)));
    RootDefault.of(figures.rootDefault(), run.settings()).forEach(page::paragraph);
    levels(page, figures);
    List<Row> lists = figures.selected("directories");
    if (!lists.isEmpty()) {
      page.paragraph(
          "As root in the directory plan/ of this run, for new files; nothing existing changes. Paths"
              + " stand in the lists only, as exact bytes.");
      for (Row list : lists) {
        ChunkSize chunk = new ChunkSize(list.getAs("chunk_bytes"));
        page.heading(
                Quantities.amount(list.getAs("entries"), "directory", "directories")
                    + " to "
                    + chunk)
            .code(commands(chunk));
      }
    }
    directories(page, run, figures, files);
    leftOut(page, figures);
    outcomes(page, figures);
    page.endSection();
  }

  private static void levels(Html page, Figures figures) {
    List<Row> levels =
        figures.outlook().stream()
            .filter(row -> !row.getAs("trust").equals("none"))
            .sorted(
                Comparator.comparing((Row row) -> row.<String>getAs("basis"))
                    .thenComparing(
                        row ->
                            Settings.Trust.valueOf(
                                row.<String>getAs("trust").toUpperCase(Locale.ROOT))))
            .toList();
    if (levels.isEmpty()) {
      return;
    }
    page.heading("What each level of trust would earn, in hours of I/O a day of new files");
    page.table(
        List.of(
            "plan.trust",
            "Judged by",
            "#Directories",
            "#Hours",
            "#Saved",
            "#Lost",
            "#Avoidable",
            "#Files slower by 5 %"),
        levels.stream()
            .map(
                row ->
                    List.of(
                        AdviceSections.word(row.getAs("trust")),
                        AdviceSections.word(row.getAs("basis")),
                        Quantities.count(row.getAs("directories")),
                        Quantities.hours(row.getAs("hours")),
                        Quantities.hours(row.getAs("hours_saved")),
                        Quantities.hours(row.getAs("hours_lost")),
                        Quantities.hours(row.getAs("hours_avoidable")),
                        row.getAs("slower_share") == null
                            ? "unknown"
                            : Quantities.percent(row.<Double>getAs("slower_share"), 1)))
            .toList());
  }

  private static void outcomes(Html page, Figures figures) {
    page.heading("What came of earlier plans");
    if (figures.outcomes().isEmpty()) {
      page.paragraph("No earlier plan and no change of a directory is known.");
      return;
    }
    page.table(
        List.of(
            "Proposed as",
            "Verdict",
            "#Directories",
            "#Hours promised",
            "#Gain promised",
            "#Measured"),
        figures.outcomes().stream()
            .map(
                row ->
                    List.of(
                        AdviceSections.word(row.getAs("origin")),
                        AdviceSections.word(row.getAs("verdict")),
                        Quantities.count(row.getAs("directories")),
                        Quantities.hours(row.getAs("promised_hours")),
                        gain(row.getAs("promised_gain")),
                        gain(row.getAs("measured_gain"))))
            .toList());
  }

  private static String gain(Double gain) {
    return gain == null ? "unknown" : Quantities.change(gain);
  }

  private static void directories(Html page, Run run, Figures figures, RunFiles files) {
    List<Row> directories = figures.directories();
    if (directories.isEmpty()) {
      return;
    }
    page.heading("Directories that save most");
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < directories.size(); i++) {
      Row row = directories.get(i);
      rows.add(
          List.of(
              String.valueOf(i + 1),
              AdviceSections.word(row.getAs("path")),
              Quantities.count(row.getAs("files")),
              Quantities.bytes(row.<Long>getAs("bytes")),
              Quantities.chunk(row.getAs("current_chunk_bytes")),
              Quantities.chunk(row.getAs("recommended_chunk_bytes")),
              gain(row.getAs("expected_gain")),
              gain(row.getAs("gain_p10")) + " to " + gain(row.getAs("gain_p90")),
              Quantities.hours(row.getAs("hours_net")),
              AdviceSections.word(row.getAs("tier")),
              row.<Boolean>getAs("selected")
                  ? "planned: " + row.<String>getAs("part")
                  : AdviceSections.word(row.getAs("reason"))));
    }
    page.table(
        List.of(
            "#No.",
            "/Directory",
            "#Files",
            "#Bytes",
            "#Now",
            "#Advised",
            "#Gain",
            "#80 % interval",
            "#Hours saved a day",
            "Tier",
            "Planned, or why not"),
        rows);
    String alone = single(run, directories, files);
    if (!alone.isEmpty()) {
      page.raw("<details>\n<summary>The command for one of these directories alone</summary>\n")
          .note("Each takes its path out of the list by its place, so that no name is typed.")
          .code(alone)
          .raw("</details>\n");
    }
  }

  /** The commands for each planned directory alone, by its number in the table. */
  private static String single(Run run, List<Row> directories, RunFiles files) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < directories.size(); i++) {
      Row row = directories.get(i);
      if (!row.<Boolean>getAs("selected")) {
        continue;
      }
      ChunkSize chunk = new ChunkSize(row.getAs("recommended_chunk_bytes"));
      byte[] path =
          ListPlaces.below(run.settings().beegfs().mount(), row.<byte[]>getAs("path_bytes"));
      String list =
          row.<String>getAs("part").equals("change")
              ? directoryList(chunk)
              : row.getAs("part") + "-chunk=" + chunk.bytes();
      Optional<Integer> v7 = ListPlaces.of(files, list + ".list", '\n', path);
      Optional<Integer> v8 = ListPlaces.of(files, list + ".list0", 0, path);
      if (v7.isPresent() || v8.isPresent()) {
        text.append("# ").append(i + 1).append("\n");
      }
      v7.ifPresent(
          place ->
              text.append("sed -n '" + place + "{p;q}' " + list + ".list | ")
                  .append("beegfs-ctl --setpattern --chunksize=" + chunk.v7() + " -\n"));
      v8.ifPresent(
          place ->
              text.append("sed -zn '" + place + "{p;q}' " + list + ".list0 | ")
                  .append("beegfs entry set --chunk-size " + chunk.v8())
                  .append(" --stdin-delimiter \"\\x00\" -\n"));
    }
    return text.toString();
  }

  private static void leftOut(Html page, Figures figures) {
    List<Row> left =
        figures.planSize().stream().filter(row -> !row.<Boolean>getAs("selected")).toList();
    if (!left.isEmpty()) {
      page.heading("Candidates left out");
      page.table(
          List.of("Kind", "Why", "#Entries", "#Bytes"),
          left.stream()
              .map(
                  row ->
                      List.of(
                          AdviceSections.word(row.getAs("kind")),
                          AdviceSections.word(row.getAs("reason")),
                          Quantities.count(row.getAs("entries")),
                          Quantities.bytes(row.<Long>getAs("bytes"))))
              .toList());
    }
  }

  private static String commands(ChunkSize chunk) {
    return "# BeeGFS 7\n"
        + chunk.setPatternV7(directoryList(chunk) + ".list")
        + "\n# BeeGFS 8\n"
        + chunk.setPatternV8(directoryList(chunk) + ".list0");
  }

  private static String directoryList(ChunkSize chunk) {
    return "directories-chunk=" + chunk.bytes();
  }
}
