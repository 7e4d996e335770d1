package org.chunkopt.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.run.RowCounts;
import org.chunkopt.run.Run;
import org.chunkopt.tables.RejectReason;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;

/** The sections on the inputs, the run itself and the limits. */
final class RunSection {
  private RunSection() {}

  static void inputs(Html page, Figures figures) {
    page.section("inputs", "Inputs and rejects")
        .paragraph(Quantities.sentence(Summary.inputs(figures)));
    if (!figures.rejects().isEmpty()) {
      long records = Figures.sum(figures.rejects(), "records");
      Row first = figures.rejects().get(0);
      page.heading("Rejected records by reason")
          .see(
              AdviceSections.word(first.getAs("reason"))
                  + " makes up "
                  + Quantities.percent(first.<Long>getAs("records"), records)
                  + " of the "
                  + Quantities.amount(records, "reject", "rejects")
                  + ". The table rejects holds each with its bytes.");
      page.figure(
          Bars.across(
              "Rejects by reason",
              figures.rejects().stream()
                  .map(
                      row ->
                          new Bars.Bar(
                              AdviceSections.word(row.getAs("reason")),
                              row.<Long>getAs("records"),
                              Quantities.count(row.getAs("records")),
                              "node"))
                  .toList(),
              first.<Long>getAs("records")),
          "Records that were not used, by reason.");
      page.data(
          "Reasons with an example",
          List.of("Reason", "Meaning", "#Records", "#Input files", "/For example"),
          figures.rejects().stream()
              .map(
                  row ->
                      List.of(
                          AdviceSections.word(row.getAs("reason")),
                          RejectReason.valueOf(row.getAs("reason")).meaning(),
                          Quantities.count(row.getAs("records")),
                          Quantities.count(row.getAs("input_files")),
                          AdviceSections.word(row.getAs("example"))))
              .toList());
    }
    if (!figures.worstInputs().isEmpty()) {
      page.data(
          "Input files with the most rejects",
          List.of("/Input file", "Kind", "#Lines", "#Rejected"),
          figures.worstInputs().stream()
              .map(
                  row ->
                      List.of(
                          AdviceSections.word(row.getAs("source_file")),
                          AdviceSections.word(row.getAs("kind")),
                          Quantities.count(row.getAs("lines")),
                          Quantities.count(row.getAs("rejected"))))
              .toList());
    }
    ledger(page, figures);
    page.heading("What the metrics cover, UTC");
    page.table(
        List.of("Servers", "#Nodes", "#Minutes", "#From", "#To", "#CPU", "#Latency"),
        figures.telemetry().stream()
            .map(
                row ->
                    List.of(
                        AdviceSections.word(row.getAs("node_kind")),
                        Quantities.count(row.getAs("nodes")),
                        Quantities.count(row.getAs("minutes")),
                        minute(row.getAs("first_minute")),
                        minute(row.getAs("last_minute")),
                        Quantities.percent(row.<Double>getAs("cpu_coverage"), 1),
                        Quantities.percent(row.<Double>getAs("latency_coverage"), 1)))
            .toList());
    page.endSection();
  }

  /** Date and minute, UTC. */
  private static String minute(java.sql.Timestamp time) {
    return time.toInstant().toString().replace('T', ' ').substring(0, 16);
  }

  private static void ledger(Html page, Figures figures) {
    page.heading("The ledger: no line disappears");
    page.table(
        List.of(
            "Kind",
            "Format",
            "#Files",
            "#Lines",
            "#Accepted",
            "#Rejected",
            "#Comments",
            "#Blank",
            "#Unknown",
            "#Duplicates",
            "Adds up"),
        figures.ledger().stream()
            .map(
                row ->
                    List.of(
                        AdviceSections.word(row.getAs("kind")),
                        AdviceSections.word(row.getAs("format")),
                        Quantities.count(row.getAs("input_files")),
                        Quantities.count(Figures.sum(List.of(row), "lines")),
                        Quantities.count(Figures.sum(List.of(row), "accepted")),
                        Quantities.count(Figures.sum(List.of(row), "rejected")),
                        Quantities.count(Figures.sum(List.of(row), "comments")),
                        Quantities.count(Figures.sum(List.of(row), "blanks")),
                        Quantities.count(Figures.sum(List.of(row), "unknown")),
                        Quantities.count(Figures.sum(List.of(row), "duplicates")),
                        row.<Long>getAs("unbalanced") == 0
                            ? "yes"
                            : "no, " + row.<Long>getAs("unbalanced") + " files"))
            .toList());
  }

  static void facts(Html page, SparkSession spark, Run run, Instant asOf) {
    page.section("run", "The run");
    List<List<String>> facts = new ArrayList<>();
    facts.add(List.of("Date", run.date().toString()));
    facts.add(List.of("Looks back from", asOf.toString()));
    facts.add(
        List.of(
            "Carries on from",
            run.previous().map(p -> "the run of " + p.date()).orElse("nothing: the first run")));
    facts.add(List.of("Mount point", run.settings().beegfs().mount()));
    facts.add(
        List.of(
            "Command line tool",
            switch (run.settings().beegfs().cli()) {
              case V7 -> "beegfs-ctl of BeeGFS 7";
              case V8 -> "beegfs of BeeGFS 8";
            }));
    facts.add(List.of("Output", run.settings().output().root()));
    facts.add(List.of("Seed", String.valueOf(run.settings().run().seed())));
    facts.add(
        List.of(
            "Versions",
            "chunkopt "
                + Optional.ofNullable(RunSection.class.getPackage().getImplementationVersion())
                    .orElse("development")
                + ", Spark "
                + spark.version()
                + ", Java "
                + Runtime.version().feature()));
    facts.add(List.of("Master", spark.sparkContext().master()));
    page.table(List.of("Fact", "Of the run"), facts);
    page.note(
        "run.json holds every setting, the input files and the time of each stage; tables.md names"
            + " every column with its unit.");
    page.data("Rows by table", List.of("Table", "#Rows", "One row is"), rows(spark, run));
    page.endSection();
  }

  private static List<List<String>> rows(SparkSession spark, Run run) {
    var counts =
        RowCounts.of(spark.sparkContext().hadoopConfiguration(), run.tables(), Tables.PUBLISHED);
    List<List<String>> rows = new ArrayList<>();
    for (Table table : Tables.PUBLISHED) {
      if (counts.containsKey(table.name())) {
        rows.add(List.of(table.name(), Quantities.count(counts.get(table.name())), table.grain()));
      }
    }
    return rows;
  }

  static void limits(Html page) {
    page.section("limits", "What this report cannot say")
        .raw(
            """
            <ul>
            <li>Gains are predictions from this site's history, not measurements of the advised chunk size on the file in question.</li>
            <li>Throughput taken from inventory times and server seconds is blurred by other writers; that pulls effects toward zero.</li>
            <li>Where neither the history nor a benchmark has seen a chunk size in such a use, its gain is predicted from neighbouring uses and a model of how files are striped. Such advice is marked prior-only; the plan tries it on some directories and measures (plan.trust).</li>
            <li>Two identical jobs differ by several percent from one server-hour to another. A small gain of a single file means nothing.</li>
            <li>A directory's pattern holds for new files. Existing files change only by being copied.</li>
            </ul>
            """)
        .endSection();
  }
}
