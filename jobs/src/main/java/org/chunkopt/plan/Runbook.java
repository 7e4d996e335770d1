package org.chunkopt.plan;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.policy.RootDefault;
import org.chunkopt.run.Run;
import org.chunkopt.settings.Settings;

/**
 * RUNBOOK.txt: what the plan proposes and the commands that would apply it. The commands hold no
 * file name but those of our own lists.
 */
final class Runbook {
  private Runbook() {}

  /**
   * The text.
   *
   * @param counts of the parts change, try, undo and files
   * @param outlook rows of {@code plan_outlook}
   * @param defaults rows of {@code root_default}
   */
  static String text(
      Run run, Map<String, PlanCounts> counts, List<Row> outlook, List<Row> defaults) {
    Settings.Plan limits = run.settings().plan();
    StringBuilder text = new StringBuilder();
    text.append("Plan of ")
        .append(run.date())
        .append(" for ")
        .append(run.settings().beegfs().mount());
    text.append("\nNothing has been executed. The file system was not changed.\n\n");
    text.append("WHAT IT IS WORTH\n\n");
    worth(text, outlook, limits.trust());
    RootDefault.of(defaults, run.settings())
        .forEach(line -> text.append("\n").append(line).append("\n"));
    text.append("\n").append(APPLY);

    text.append("1. CHANGE: THE CHUNK SIZE OF NEW FILES\n\n");
    section(
        text, counts.get("change"), "directories", limits.maxDirectories(), "plan.max-directories");
    text.append(
        """

        A pattern holds for files and sub-directories created after it is set. Existing files keep
        theirs, and existing sub-directories too: the lists are not recursive. Run as root in the
        directory of this file. BeeGFS 8 may ask for --yes, its word for a change of many entries.
        """);
    commands(text, "directories", counts.get("change"));

    text.append("\n2. TRY: DIRECTORIES OF A TRIAL\n\n");
    if (limits.trust() == Settings.Trust.PILOTS) {
      text.append(
          String.format(
              Locale.ROOT,
              "%d directories, which together have at most %.0f %% of the hours (plan.pilot-budget).%n",
              counts.get("try").selected(),
              100 * limits.pilotBudget()));
      text.append(TRIALS);
      commands(text, "try", counts.get("try"));
    } else {
      text.append("None (plan.trust = ").append(limits.trust().word()).append(").\n");
    }

    text.append("\n3. UNDO: DIRECTORIES THAT GO BACK\n\n");
    text.append(counts.get("undo").selected())
        .append(" directories whose new files a trial or an earlier change has not made faster.\n");
    commands(text, "undo", counts.get("undo"));

    text.append("\n4. REWRITES OF EXISTING FILES\n\n");
    PlanCounts files = counts.get("files");
    section(text, files, "files", limits.maxFiles(), "plan.max-files");
    text.append(
        String.format(
            Locale.ROOT,
            "Bytes to copy: %d of at most %d (plan.max-bytes).%n",
            files.selectedBytes(),
            limits.maxBytes()));
    for (PlanCounts.Listed list : files.listed()) {
      text.append("  ")
          .append(PlanLists.name("files", list.chunkBytes(), Settings.Cli.V8))
          .append(": ")
          .append(list.entries())
          .append(" files, ")
          .append(list.bytes())
          .append(" bytes, to ")
          .append(new ChunkSize(list.chunkBytes()))
          .append("\n");
    }
    text.append(REWRITE);
    text.append(FORMS);
    return text.toString();
  }

  private static void worth(StringBuilder text, List<Row> outlook, Settings.Trust trust) {
    text.append(
            "Hours of I/O a day of new files. Saved and lost are expectations; the range is 80 % if all\n"
                + "errors point one way. plan.trust chooses the line; this plan is that of ")
        .append(trust.word())
        .append(".\n\n");
    text.append(
        String.format(
            "  %-10s %11s %9s %9s %9s %19s%n",
            "trust", "directories", "hours", "saved", "lost", "net, range"));
    for (Settings.Trust level : Settings.Trust.values()) {
      for (Row row : outlook) {
        if (row.getAs("trust").equals(level.word()) && row.getAs("basis").equals("evidence")) {
          text.append(
              String.format(
                  Locale.ROOT,
                  "  %-10s %11d %9.2f %9.2f %9.2f %19s%n",
                  level.word(),
                  row.<Long>getAs("directories"),
                  row.<Double>getAs("hours"),
                  row.<Double>getAs("hours_saved"),
                  row.<Double>getAs("hours_lost"),
                  String.format(
                      Locale.ROOT,
                      "%.2f to %.2f",
                      row.<Double>getAs("hours_saved_p10"),
                      row.<Double>getAs("hours_saved_p90"))));
        }
      }
    }
    outlook.stream()
        .filter(row -> row.getAs("trust").equals("none") && row.getAs("basis").equals("evidence"))
        .findFirst()
        .ifPresent(
            none ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "%nIf every file had its best chunk size, %.2f hours a day would be saved.%n",
                        none.<Double>getAs("hours_avoidable"))));
  }

  private static void commands(StringBuilder text, String kind, PlanCounts counts) {
    for (PlanCounts.Listed list : counts.listed()) {
      ChunkSize chunk = new ChunkSize(list.chunkBytes());
      text.append("\n").append(chunk).append(", ").append(list.entries()).append(" directories\n");
      text.append("  BeeGFS 7:  ")
          .append(chunk.setPatternV7(PlanLists.name(kind, chunk.bytes(), Settings.Cli.V7)))
          .append("\n");
      text.append("  BeeGFS 8:  ")
          .append(chunk.setPatternV8(PlanLists.name(kind, chunk.bytes(), Settings.Cli.V8)))
          .append("\n");
    }
  }

  private static void section(
      StringBuilder text, PlanCounts counts, String what, long limit, String setting) {
    text.append(
        String.format(
            Locale.ROOT,
            "%d of %d candidate %s selected, at most %d (%s).%n",
            counts.selected(),
            counts.candidates(),
            what,
            limit,
            setting));
    for (PlanCounts.LeftOut left : counts.leftOut()) {
      text.append("  left out: ").append(left.entries()).append(", ").append(left.reason());
      text.append("\n");
    }
  }

  private static final String APPLY =
      """
      submit-scripts/apply-plan.sh applies parts 1 to 4, from here as root on a client:

        apply-plan.sh --run ..                                  looks, and prints what it would do
        apply-plan.sh --run .. --yes --journal /root/FILE       acts; again, goes on where it ended

      Its --help says what it checks and which limits it keeps. By hand:

      """;

  private static final String REWRITE =
      """

      No BeeGFS command changes the chunk size of a file in place. apply-plan.sh creates a file with
      the wanted pattern, copies, compares and renames. Who does it otherwise:
        - The directory must have the new pattern first (part 1), so that the copy gets it; or create
          the copy with beegfs-ctl --createfile --chunksize= (BeeGFS 7) or beegfs entry create file
          --chunk-size (BeeGFS 8) under a name of your own in the same directory.
        - Skip a file that is open, has more than one link, is setuid, or whose size or modification
          time is not the one in rewrites.tsv0 any more.
        - Copy with owner, mode, times, ACLs and extended attributes; compare; check the chunk size
          of the copy; rename last. Free space for the largest file is needed, and for every file
          that is copied at the same time.
        - The new file has a new EntryID; who has the old one open keeps the old content.
        - BeeGFS 8 "entry migrate" keeps a file's own chunk size. BeeGFS 7 "--migrate" takes the
          parent directory's. "--rebalance" never changes it.
      """;

  private static final String TRIALS =
      """

      In these the gain is predicted, and no file of such a use has that chunk size yet. Half of the
      directories of a kind of use, by lot, get the size; the other half are left as they are, to
      compare with. Set all of a list or none: to pick among them spoils the comparison. The next
      nights measure what comes of it, and change the rest of the kind or propose to undo.
      """;

  private static final String FORMS =
      """

      5. THE LISTS AND RECORDS

      .list0: exact bytes, a NUL after each path, for BeeGFS 8 and for xargs -0 and scripts.
      .list: a newline after each path, for beegfs-ctl of BeeGFS 7, which knows no other delimiter.
      A path with a newline in it is in no .list. Largest saving first.
      .tsv0: for apply-plan.sh and scripts; a NUL after each record, tabs between fields, the path below
      the mount point last, exact bytes that may hold tabs and newlines. Sizes in bytes. First record:
      table, version, date, tool, mount point.
        directories.tsv0 (parts 1 to 3): expected gain, 1 where it goes back; current chunk size,
          recommended chunk size, path
        rewrites.tsv0: seconds saved, size, modification time in microseconds since 1970, EntryID,
          current chunk size, recommended chunk size, path; an unknown time or EntryID is empty
      Do not paste paths into a command line: beegfs-ctl cuts arguments at "=" and trims blanks.
      """;
}
